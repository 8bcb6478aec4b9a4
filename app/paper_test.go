package app

import (
	"strings"
	"testing"
)

// An incoming paper: entered, completed at registration, its scan replaced.
func TestPaperFromOutside(t *testing.T) {
	w := newWorld(t)
	enter := func(f Fields) *IncomingCreate {
		return &IncomingCreate{Unit: "x1", Fields: f, Files: []NewFile{pdf(1)}}
	}
	w.refused("can.needs_clerk", "x1.officer", "document.receive.1", "p1", enter(Fields{Subject: "Giấy mời"}))
	w.refused("document.subject_missing", "x1.clerk", "document.receive.1", "p1", enter(Fields{}))
	w.refused("unit.not_office", "x1.clerk", "document.receive.1", "p1", &IncomingCreate{Unit: "x1.p", Fields: Fields{Subject: "a"}})
	w.must("x1.clerk", "document.receive.1", "p1", enter(Fields{Subject: "Giấy mời", OrganName: "Công ty A", Paper: true, Type: "GM"}))
	w.refused("record.exists", "x1.clerk", "document.receive.1", "p1", enter(Fields{Subject: "Giấy mời"}))
	d := w.state("p1", InReceived)
	key, ok := d.MainFile()
	if !ok || d.Arrived != w.now-60_000 {
		t.Errorf("arrived %d, file %v", d.Arrived, ok)
	}
	scan := pdf(2)
	scan.Replaces = key
	w.must("x1.clerk", "document.add_file.1", "p1", &FileAdd{scan})
	if d := w.doc("p1"); d.MainHash() != (Hash{2}) || len(d.CurrentFiles()) != 1 {
		t.Error("the new scan does not stand for the old one")
	}
	newest, _ := w.doc("p1").MainFile()
	w.must("x1.clerk", "document.remove_file.1", "p1", &FileRemove{key})
	if got, _ := w.doc("p1").MainFile(); got != newest {
		t.Error("removing the old version removed the new one")
	}
	w.refused("file.not_found", "x1.clerk", "document.remove_file.1", "p1", &FileRemove{key})
	w.refused("document.unknown_type", "x1.clerk", "document.register.1", "p1", &Register{Book: "x1.den", Fields: &Fields{Subject: "a", Type: "ZZ"}})
	w.must("x1.clerk", "document.register.1", "p1", &Register{Book: "x1.den", Fields: &Fields{
		Subject: "Giấy mời họp", OrganName: "Công ty A", Type: "GM", DueDate: DateOf(2026, 11, 30)}})
	d = w.state("p1", InRegistered)
	if d.Subject != "Giấy mời họp" || d.DueDate != DateOf(2026, 11, 30) || d.BookNumber != 1 {
		t.Errorf("%+v", d.Fields())
	}
	w.must("x1.clerk", "document.complete.1", "p1", &Note{Text: "Lưu"})
	w.state("p1", InDone)
}

// A document of the province is completed at registration in the receiver's
// own fields only.
func TestRegisteringACopy(t *testing.T) {
	w := newWorld(t)
	w.sent("d1")
	in := CopyID("d1", "x1")
	w.must("x1.clerk", "document.register.1", in, &Register{Book: "x1.den", Fields: &Fields{
		Subject: "Khác", Field: "Lao động", Summary: "Ghi chú", DueDate: DateOf(2026, 11, 28)}})
	d := w.doc(in)
	if d.Subject != "Về việc rà soát hộ nghèo" || d.Field != "Lao động" || d.Summary != "Ghi chú" || d.DueDate != DateOf(2026, 11, 28) {
		t.Errorf("%+v", d.Fields())
	}
	if r := w.doc("d1").Recipients["x1"]; r.Status != StatusReceived || r.Number != 1 {
		t.Errorf("recipient %+v", r)
	}
}

func TestFilesAreChecked(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	bad := func(change func(*NewFile)) *FileAdd {
		f := pdf(3)
		change(&f)
		return &FileAdd{f}
	}
	for _, name := range []string{"", "a/b.pdf", `a\b.pdf`, strings.Repeat("a", 256)} {
		w.refused("file.bad_name", "x1.officer", "document.add_file.1", "d1", bad(func(f *NewFile) { f.Name = name }))
	}
	w.refused("file.no_content", "x1.officer", "document.add_file.1", "d1", bad(func(f *NewFile) { f.Content = FileVersion{} }))
	w.refused("file.not_found", "x1.officer", "document.add_file.1", "d1", bad(func(f *NewFile) { f.Replaces = 99 }))
	many := make([]NewFile, maxFiles+1)
	for i := range many {
		many[i] = pdf(4)
	}
	w.refused("file.too_many", "x1.officer", "document.draft.1", "d2", &DraftCreate{Unit: "x1", Fields: Fields{Subject: "a"}, Files: many})
	w.must("x1.officer", "document.draft.1", "d2", &DraftCreate{Unit: "x1", Fields: Fields{Subject: "a"}, Files: many[:5]})
	if n := len(w.doc("d2").Files); n != 5 {
		t.Errorf("%d files have keys of their own, want 5", n)
	}
}

func TestRegisterAndSendRefuses(t *testing.T) {
	w := newWorld(t)
	send := func(change func(*RegisterAndSend)) *RegisterAndSend {
		a := &RegisterAndSend{Unit: "so", Book: "so.di", To: []ID{"x1"}, Signer: "so.leader", Files: []NewFile{pdf(1)}, Fields: Fields{Subject: "a"}}
		change(a)
		return a
	}
	for reason, change := range map[string]func(*RegisterAndSend){
		"recipient.self":           func(a *RegisterAndSend) { a.To = []ID{"so"} },
		"unit.not_office":          func(a *RegisterAndSend) { a.To = []ID{"x1.p"} },
		"sign.signer_missing":      func(a *RegisterAndSend) { a.Signer = "" },
		"sign.no_authority":        func(a *RegisterAndSend) { a.Signer = "so.officer" },
		"draft.reply_not_found":    func(a *RegisterAndSend) { a.ReplyTo = "none" },
		"book.wrong_direction":     func(a *RegisterAndSend) { a.Book = "so.den" },
		"field.too_few":            func(a *RegisterAndSend) { a.Files = nil },
		"document.subject_missing": func(a *RegisterAndSend) { a.Fields.Subject = " " },
	} {
		w.refused(reason, "so.clerk", "document.register_send.1", "d1", send(change))
	}
	w.must("so.clerk", "document.register_send.1", "d1", send(func(a *RegisterAndSend) { a.Signer, a.Fields.SignerName = "", "Ông Ngoài Hệ Thống" }))
	d := w.state("d1", OutIssued)
	if d.BookNumber != 1 || d.ToPlaces != "Ủy ban nhân dân xã x1" || d.Signer.Name != "Ông Ngoài Hệ Thống" {
		t.Errorf("number %d to %q", d.BookNumber, d.ToPlaces)
	}
	// A clerk's answer with a signed paper closes what it answers.
	w.must("x1.clerk", "document.accept.1", CopyID("d1", "x1"), &Note{})
	w.must("x1.clerk", "document.register_send.1", "r1", &RegisterAndSend{Unit: "x1", Book: "x1.di", To: []ID{"so"}, Signer: "x1.leader",
		Files: []NewFile{pdf(2)}, Fields: Fields{Subject: "Trả lời"}, ReplyTo: CopyID("d1", "x1")})
	w.state(CopyID("d1", "x1"), InDone)
	if r := w.doc("d1").Recipients["x1"]; r.Status != StatusCompleted || r.Reply != CopyID("r1", "so") {
		t.Errorf("recipient %+v", r)
	}
}

func TestAuthorities(t *testing.T) {
	w := newWorld(t)
	put := func(a Authority) error {
		m, err := w.run(w.server, true, &Command{Name: "authority.put.1", Actor: "x1.admin", Target: a.Key(), Args: &PutAuthority{a}})
		w.server = m
		return err
	}
	wantReason(t, put(Authority{ID: "a", Unit: "x2", Person: "x2.head"}), "can.needs_admin")
	wantReason(t, put(Authority{ID: "a", Unit: "x1", Person: "x2.head"}), "authority.person_elsewhere")
	wantReason(t, put(Authority{ID: "a", Unit: "x1", Person: "x1.head", Form: "XX."}), "authority.bad_form")
	wantReason(t, put(Authority{ID: "a", Unit: "x1", Person: "x1.head", Types: []TypeCode{"ZZ"}}), "document.unknown_type")
	err := put(Authority{ID: "a", Unit: "x1", Person: "x1.head", Form: AuthorityTL, Title: "TRƯỞNG PHÒNG", Types: []TypeCode{"GM"}, Span: Dated{To: start.Date()}})
	if err != nil {
		t.Fatal(err)
	}
	d := w.server.dir
	if _, ok := d.MaySign("x1.head", "x1", "GM", AuthorityTL, start.Date()); !ok {
		t.Error("may not sign what was given")
	}
	for _, c := range []struct {
		t  TypeCode
		f  AuthorityForm
		on Date
	}{{"QĐ", AuthorityTL, start.Date()}, {"GM", AuthorityKT, start.Date()}, {"GM", AuthorityTL, start.Date() + 1}} {
		if _, ok := d.MaySign("x1.head", "x1", c.t, c.f, c.on); ok {
			t.Errorf("may sign %s %s on %s", c.f, c.t, c.on)
		}
	}
}

func TestIDs(t *testing.T) {
	id := NewID(start)
	if !id.Valid() || NewID(start) == id || id > NewID(start+1) {
		t.Errorf("id %s", id)
	}
	derived := CopyID("d1", "x1")
	if !derived.Valid() || derived != CopyID("d1", "x1") || derived == CopyID("d1x", "1") || derived[14] != '8' {
		t.Errorf("derived %s", derived)
	}
	for _, id := range []ID{id, derived, "u0012", ID(strings.Repeat("a", 64)), ""} {
		b, err := id.MarshalCBOR()
		var back ID
		if err != nil || back.UnmarshalCBOR(b) != nil || back != id {
			t.Errorf("%q comes back as %q", id, back)
		}
	}
	for _, id := range []ID{"", "a b", "đ", "a/b", ID(strings.Repeat("a", 65)), "a@b"} {
		if id.Valid() {
			t.Errorf("%q is valid", id)
		}
	}
	c := NewCommandID(MaxWriter, 1<<32-1)
	seen := map[CommandID]bool{}
	for i := range 50 {
		k := FileKey(c, i)
		if seen[k] || k >= 1<<53 || (i > 0) != (k >= 1<<52) {
			t.Errorf("file key %d of %v", k, c)
		}
		seen[k] = true
	}
	if c.Writer() != MaxWriter || c.Counter() != 1<<32-1 || FileKey(c, 0) != c {
		t.Errorf("command id %v", c)
	}
}

func TestDates(t *testing.T) {
	last := DateOf(2026, 12, 31)
	if (last+1).Start().Year() != 2027 || ((last+1).Start()-1).Year() != 2026 || (last+1).Start().Date() != last+1 {
		t.Error("the legal year does not begin at midnight in Việt Nam")
	}
	d := NewDirectory(provinceRecords())
	if d.DaysLeft(DateOf(2026, 11, 27), start) != 3 || d.DaysLeft(DateOf(2026, 11, 20), start) != -1 {
		t.Errorf("days left %d and %d", d.DaysLeft(DateOf(2026, 11, 27), start), d.DaysLeft(DateOf(2026, 11, 20), start))
	}
}
