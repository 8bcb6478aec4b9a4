package app

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Đặng Thị Ước": "dang thi uoc", "QUYẾT ĐỊNH": "quyet dinh", "ðÐđĐ": "dddd", "123/QĐ-UBND": "123/qd-ubnd", "": "", "Ấm": "am",
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q folds to %q, want %q", in, got, want)
		}
		if got := Fold(norm.NFD.String(in)); got != want {
			t.Errorf("NFD of %q folds to %q", in, got)
		}
	}
}

func TestArgumentsAreNormalised(t *testing.T) {
	nfd := norm.NFD.String("Ủy ban nhân dân")
	a := &RegisterAndSend{
		Fields: Fields{Subject: "  " + nfd + "\r\n", Summary: "a\x00b\r\nc\td"},
		Files:  []NewFile{{Name: nfd + ".pdf"}},
	}
	NormalizeArgs(a)
	if a.Fields.Subject != "Ủy ban nhân dân" || a.Fields.Summary != "ab\nc\td" || a.Files[0].Name != "Ủy ban nhân dân.pdf" {
		t.Errorf("%q %q %q", a.Fields.Subject, a.Fields.Summary, a.Files[0].Name)
	}
	e := &DraftEdit{Set: map[string]any{"subject": nfd, "pages": 3, "more": []any{nfd}}}
	NormalizeArgs(e)
	if e.Set["subject"] != "Ủy ban nhân dân" || e.Set["pages"] != 3 || e.Set["more"].([]any)[0] != "Ủy ban nhân dân" {
		t.Errorf("%v", e.Set)
	}
	NormalizeArgs(nil)
	NormalizeArgs((*Note)(nil))
}

// Lengths count characters, as the law does, not bytes.
func TestLimitsCountCharacters(t *testing.T) {
	ok := &DraftCreate{Fields: Fields{Subject: strings.Repeat("ệ", 500)}}
	if err := CheckLimits(ok); err != nil {
		t.Error(err)
	}
	for field, args := range map[string]any{
		"subject":  &DraftCreate{Fields: Fields{Subject: strings.Repeat("ệ", 501)}},
		"urgency":  &DraftCreate{Fields: Fields{Urgency: 4}},
		"pages":    &DraftCreate{Fields: Fields{Pages: -1}},
		"notation": &Register{Fields: &Fields{Notation: strings.Repeat("A", 31)}},
		"text":     &Reason{},
		"to":       &RegisterAndSend{Files: []NewFile{{}}},
		"due":      &Direct{Due: lastDay + 1, Receivers: []Receiver{{Role: Lead}}},
		"end":      &Delegate{End: 1 << 62},
		"role":     &Direct{Receivers: []Receiver{{Role: "X"}}},
	} {
		err := CheckLimits(args)
		if err == nil || AsError(err).Data["field"] != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// Every command's arguments hold only what normalising and checking walk over.
func TestArgumentsAreWalkable(t *testing.T) {
	for _, s := range Specs() {
		args := s.NewArgs()
		NormalizeArgs(args)
		if e := CheckSecrecy(args); e != nil {
			t.Errorf("%s: empty arguments are secret", s.Name)
		}
		if reflect.TypeOf(args).Kind() != reflect.Pointer {
			t.Errorf("%s: arguments are %T", s.Name, args)
		}
	}
}

func TestFieldsRoundTrip(t *testing.T) {
	f := filed(Fields{Type: "BC", Subject: "a", IssuedDate: DateOf(2026, 1, 2), Pages: 3, Paper: true, Urgency: UrgencyVery, SignerName: "B"})
	var d Document
	d.setFields(f)
	if got := d.Fields(); !reflect.DeepEqual(got, f) {
		t.Errorf("%+v", got)
	}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	var g Fields
	for name, v := range m {
		if err := g.set(name, v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !reflect.DeepEqual(f, g) {
		t.Errorf("by name %+v", g)
	}
	for _, name := range EditableFields() {
		if name == "secrecy" || g.get(name) != f.get(name) {
			t.Errorf("field %s", name)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range append(marked, unmarked...) {
		f.Add(s)
	}
	f.Add("\xff\xfeĐ\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if utf8.ValidString(s) && Fold(norm.NFD.String(s)) != Fold(norm.NFC.String(s)) {
			t.Errorf("%q folds by its form", s)
		}
		for _, r := range folded {
			if unicode.Is(unicode.Mn, r) || r == 'đ' || r == 'Đ' {
				t.Errorf("%q keeps %q", s, r)
			}
		}
	})
}

func FuzzNormalizeArgs(f *testing.F) {
	for _, s := range append(marked, unmarked...) {
		f.Add(s)
	}
	f.Add(" \u0301a\r\r\n\x00\u2028")
	f.Add("\xf0\x28\u0323\u0302")
	f.Fuzz(func(t *testing.T, s string) {
		a := &DraftEdit{Set: map[string]any{"subject": s, "n": 1, "list": []any{s}}}
		NormalizeArgs(a)
		once := a.Set["subject"].(string)
		if !norm.NFC.IsNormalString(once) || !utf8.ValidString(once) || strings.ContainsAny(once, "\r\x00") || once != strings.TrimSpace(once) {
			t.Errorf("%q becomes %q", s, once)
		}
		NormalizeArgs(a)
		if a.Set["subject"] != once || a.Set["list"].([]any)[0] != once {
			t.Errorf("%q is not settled by one pass", s)
		}
		if MarkedSecret(s) != MarkedSecret(once) {
			t.Errorf("%q is secret by its form", s)
		}
	})
}
