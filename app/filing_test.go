package app

import (
	"strings"
	"testing"
)

// filed is every field of filing and of circulation.
func filed(f Fields) Fields {
	f.FileOrgan, f.FileCatalog, f.FileNotation, f.DocOrdinal = "H01.02", 2026, "12/TCCB", 7
	f.RetentionCode, f.Circulation, f.DrafterNotation = "20 năm", "Lưu hành nội bộ", "NVA.03"
	return f
}

// What the issuer prints travels with the document; where he keeps it does not.
func TestFilingThroughTheFlow(t *testing.T) {
	w := newWorld(t)
	w.server.dir.Unit("so").Organ = "H01.02"
	w.must("so.clerk", "document.register_send.1", "d1", &RegisterAndSend{
		Unit: "so", Book: "so.di", To: []ID{"x1"}, Signer: "so.leader", Files: []NewFile{pdf(1)},
		Fields: filed(Fields{Type: TypeOfficialLetter, Subject: "Về việc rà soát"})})
	out := w.doc("d1")
	if out.FileCode != (FileCode{"H01.02", 2026, "12/TCCB"}) || out.DocOrdinal != 7 || out.RetentionCode != "20 năm" {
		t.Errorf("issuer %+v", out.Fields())
	}
	in := CopyID("d1", "x1")
	d := w.doc(in)
	if d.FileCode != (FileCode{}) || d.DocOrdinal != 0 || d.RetentionCode != "" || d.Circulation != "Lưu hành nội bộ" || d.DrafterNotation != "NVA.03" {
		t.Errorf("copy %+v", d.Fields())
	}
	if got, want := d.DocumentID(w.server.dir), out.DocumentID(w.server.dir); got != "H01.02.2026.1" || got != want {
		t.Errorf("identifier %q, of the source %q", got, want)
	}
	w.refused("field.out_of_range", "x1.clerk", "document.register.1", in, &Register{Book: "x1.den", Fields: &Fields{FileCatalog: 26}})
	w.must("x1.clerk", "document.register.1", in, &Register{Book: "x1.den", Fields: &Fields{FileNotation: "03/VX", FileCatalog: 2026, Circulation: "Khác"}})
	w.must("x1.clerk", "document.edit.1", in, &DraftEdit{Set: map[string]any{"docOrdinal": uint64(4), "retentionCode": "Vĩnh viễn"}})
	d = w.doc(in)
	if d.FileCode != (FileCode{Catalog: 2026, Notation: "03/VX"}) || d.DocOrdinal != 4 || d.RetentionCode != "Vĩnh viễn" || d.Circulation != "Lưu hành nội bộ" {
		t.Errorf("filed by the receiver %+v", d.Fields())
	}
	w.refused("document.field_locked", "x1.clerk", "document.edit.1", in, &DraftEdit{Set: map[string]any{"circulation": "Khác"}, Old: map[string]any{"circulation": "Lưu hành nội bộ"}})
	if _, body := SearchText(d); !strings.Contains(body, "03/VX") || !strings.Contains(body, "NVA.03") {
		t.Errorf("searched by %q", body)
	}
}

func TestFilingEdits(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	w.must("x1.officer", "document.edit.1", "d1", &DraftEdit{Set: map[string]any{"fileNotation": "01/VX", "fileCatalog": float64(2026)}})
	e := w.refused("document.edit_conflict", "x1.officer", "document.edit.1", "d1", &DraftEdit{
		Set: map[string]any{"fileNotation": "02/VX", "fileCatalog": uint64(2025)}, Old: map[string]any{"fileNotation": "", "fileCatalog": uint64(2026)}})
	if clash, _ := e.Data["fileNotation"].(map[string]any); len(e.Data) != 1 || clash["mine"] != "02/VX" || clash["theirs"] != "01/VX" {
		t.Errorf("conflict %v", e.Data)
	}
	for name, bad := range map[string]any{
		"fileOrgan": strings.Repeat("ạ", 36), "fileNotation": strings.Repeat("ạ", 21), "retentionCode": strings.Repeat("ạ", 31),
		"circulation": strings.Repeat("ạ", 101), "drafterNotation": strings.Repeat("ạ", 21),
	} {
		e := w.refused("field.too_long", "x1.officer", "document.edit.1", "d1", &DraftEdit{Set: map[string]any{name: bad}, Old: map[string]any{"fileNotation": "01/VX"}})
		if e.Data["field"] != name {
			t.Errorf("%s: %v", name, e.Data)
		}
	}
	for name, bad := range map[string]int{"fileCatalog": 999, "docOrdinal": 1000} {
		e := w.refused("field.out_of_range", "x1.officer", "document.edit.1", "d1", &DraftEdit{Set: map[string]any{name: bad}, Old: map[string]any{"fileCatalog": 2026}})
		if e.Data["field"] != name {
			t.Errorf("%s: %v", name, e.Data)
		}
	}
	if d := w.doc("d1"); d.DocumentID(w.server.dir) != "" {
		t.Error("identified before it has a number")
	}
}
