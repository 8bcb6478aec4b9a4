package api

import (
	"encoding/json"
	"testing"

	"khonggiay/app"
)

// Every field that document.edit takes is shown, under the same name: a person
// edits against what he saw.
func TestEveryEditableFieldIsShown(t *testing.T) {
	d := &app.Document{
		Type: "BC", CodeNumber: "1", Notation: "a", IssuedDate: 1, OrganName: "a", Subject: "a", Summary: "a", Language: "a",
		Pages: 1, Signer: app.Signer{Name: "a", Position: "a"}, ToPlaces: "a", Urgency: 1, Copies: 1, DueDate: 1, Field: "a", Paper: true,
		FileCode: app.FileCode{Organ: "a", Catalog: 2026, Notation: "a"}, DocOrdinal: 1, RetentionCode: "a", Circulation: "a", DrafterNotation: "a",
	}
	row := DocRow{Type: d.Type, IssuedDate: d.IssuedDate, OrganName: d.OrganName, Subject: d.Subject, Urgency: d.Urgency, Paper: d.Paper}
	b, err := json.Marshal(Doc{DocRow: row, DocFields: fieldsOf(d)})
	if err != nil {
		t.Fatal(err)
	}
	var shown map[string]any
	if err := json.Unmarshal(b, &shown); err != nil {
		t.Fatal(err)
	}
	for _, name := range app.EditableFields() {
		if _, ok := shown[name]; !ok {
			t.Errorf("field %s is not shown", name)
		}
	}
}
