package app

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// Fields are the descriptive fields of the document as it is.
func (d *Document) Fields() Fields {
	return Fields{
		Type: d.Type, CodeNumber: d.CodeNumber, Notation: d.Notation, IssuedDate: d.IssuedDate,
		OrganName: d.OrganName, Subject: d.Subject, Summary: d.Summary, Language: d.Language,
		Pages: d.Pages, SignerName: d.Signer.Name, SignerTitle: d.Signer.Position, ToPlaces: d.ToPlaces,
		Urgency: d.Urgency, Copies: d.Copies, DueDate: d.DueDate, Field: d.Field, Paper: d.Paper,
		FileOrgan: d.FileCode.Organ, FileCatalog: d.FileCode.Catalog, FileNotation: d.FileCode.Notation,
		DocOrdinal: d.DocOrdinal, RetentionCode: d.RetentionCode, Circulation: d.Circulation, DrafterNotation: d.DrafterNotation,
	}
}

// setFields stores them; a signer who was somebody else is no longer linked.
func (d *Document) setFields(f Fields) {
	d.Type, d.CodeNumber, d.Notation, d.IssuedDate = f.Type, f.CodeNumber, f.Notation, f.IssuedDate
	d.OrganName, d.Subject, d.Summary, d.Language = f.OrganName, f.Subject, f.Summary, f.Language
	d.Pages, d.ToPlaces, d.Urgency, d.Copies = f.Pages, f.ToPlaces, f.Urgency, f.Copies
	d.DueDate, d.Field, d.Paper = f.DueDate, f.Field, f.Paper
	d.FileCode = FileCode{Organ: f.FileOrgan, Catalog: f.FileCatalog, Notation: f.FileNotation}
	d.DocOrdinal, d.RetentionCode = f.DocOrdinal, f.RetentionCode
	d.Circulation, d.DrafterNotation = f.Circulation, f.DrafterNotation
	if d.Signer.Name != f.SignerName {
		d.Signer.Person, d.Signer.Form = "", ""
	}
	d.Signer.Name, d.Signer.Position = f.SignerName, f.SignerTitle
}

// checkFields refuses what no document may have; lengths are checked by CheckLimits.
func checkFields(f Fields) error {
	if err := checkCatalog(f.FileCatalog); err != nil {
		return err
	}
	if f.Subject == "" {
		return Refuse(Invalid, "document.subject_missing")
	}
	if f.Type != "" {
		if _, ok := TypeOf(f.Type); !ok {
			return Refuse(Invalid, "document.unknown_type").With("type", string(f.Type))
		}
	}
	return nil
}

// checkCatalog refuses a dossier's year that has not four digits.
func checkCatalog(year int) error {
	if year != 0 && (year < 1000 || year > 9999) {
		return Refuse(Invalid, "field.out_of_range").With("field", "fileCatalog").With("min", 1000).With("max", 9999)
	}
	return nil
}

// forReceiver leaves out what is the issuer's own: notes, number of copies, and
// the dossier in which the issuer keeps the document.
func (f Fields) forReceiver() Fields {
	f.Summary, f.Copies = "", 0
	f.FileOrgan, f.FileCatalog, f.FileNotation, f.DocOrdinal, f.RetentionCode = "", 0, "", 0, ""
	return f
}

// fieldIndex maps the JSON names of Fields to their places; secrecy is a gate
// and no field.
var fieldIndex = func() map[string]int {
	m := map[string]int{}
	t := reflect.TypeFor[Fields]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "secrecy" {
			m[name] = i
		}
	}
	return m
}()

// EditableFields are the names that document.edit takes, sorted.
func EditableFields() []string { return sortedKeys(fieldIndex) }

// localFields may be changed in an incoming document that another office of
// the province issued: they are the receiver's own.
var localFields = []string{
	"dueDate", "field", "summary", "fileOrgan", "fileCatalog", "fileNotation", "docOrdinal", "retentionCode",
}

// get is the field's value in the form that JSON carries: string, number, bool.
func (f *Fields) get(name string) any {
	switch v := reflect.ValueOf(f).Elem().Field(fieldIndex[name]).Interface().(type) {
	case TypeCode:
		return string(v)
	case Date:
		return v.String()
	case Urgency:
		return int64(v)
	case int:
		return int64(v)
	default:
		return v // string, bool
	}
}

// take stores the other's value of the field unless that is empty.
func (f *Fields) take(name string, other Fields) {
	i := fieldIndex[name]
	if v := reflect.ValueOf(other).Field(i); !v.IsZero() {
		reflect.ValueOf(f).Elem().Field(i).Set(v)
	}
}

// set stores a value that came through JSON or CBOR.
func (f *Fields) set(name string, value any) error {
	i, ok := fieldIndex[name]
	if !ok {
		return Refuse(Invalid, "document.unknown_field").With("field", clip(name))
	}
	b, err := json.Marshal(map[string]any{name: value})
	if err == nil {
		var one Fields
		if err = json.Unmarshal(b, &one); err == nil {
			reflect.ValueOf(f).Elem().Field(i).Set(reflect.ValueOf(one).Field(i))
			return nil
		}
	}
	e := Errorf(Invalid, "document.bad_value", "field %s: %w", name, err)
	return e.With("field", name)
}

func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "")
	}
	return s
}

// editable reports whether document.edit may change the field of this document.
func (d *Document) editable(name string) bool {
	if d.Direction == Incoming && d.Source != "" {
		return slices.Contains(localFields, name)
	}
	return !(d.Direction == Outgoing && (name == "codeNumber" || name == "issuedDate"))
}
