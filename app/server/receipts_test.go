package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// communes makes n communes with a clerk each.
func communes(n int) (imp Import, ids []app.ID) {
	for i := range n {
		id := app.ID(fmt.Sprintf("xa-%03d", i))
		ids = append(ids, id)
		imp.Units = append(imp.Units, app.Unit{ID: id, Name: fmt.Sprintf("UBND xã %03d", i), Level: "commune", Office: true,
			Organ: fmt.Sprintf("H99.03.%03d", i), Parents: []app.Parent{{Unit: "tinh"}}})
		imp.People = append(imp.People, app.Person{ID: "vt-" + id, Name: "Văn thư " + string(id), Posts: post(id, app.RoleClerk)})
	}
	return imp, ids
}

// issue has the laptop of the sender send a document with a file to the offices.
func (l *laptop) issue(doc app.ID, to []app.ID) app.FileVersion {
	l.Helper()
	store, err := content.Open(l.TempDir(), content.Options{})
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { store.Close() })
	v, err := store.Seal(l.Context(), strings.NewReader("Kế hoạch của tỉnh"))
	if err != nil {
		l.Fatal(err)
	}
	l.upload(store, v.Segments[0])
	results := results(l.pull(l.command("document.register_send.1", app.Key{Kind: app.KindDocument, ID: doc}, 0, &app.RegisterAndSend{
		Unit: unitSender, Book: "so.di", To: to,
		Fields: app.Fields{Type: "KH", Subject: "Kế hoạch", OrganName: "Sở Nội vụ", SignerName: "Đỗ Văn Giám"},
		Files:  []app.NewFile{{Name: "ke-hoach.pdf", Media: "application/pdf", Content: v, SHA256: v.SHA256}}})))
	if len(results) != 1 || results[0].Reason != "" {
		l.Fatalf("sent: %+v", results)
	}
	return v
}

// TestReceipts: the sender reads at how many of 450 recipients the files are
// whole and which lack them; one that fetches them is counted at once, one that
// was only enrolled is not, and nobody else is told.
func TestReceipts(t *testing.T) {
	f := open(t).run()
	imp, offices := communes(449)
	imp.Books = []app.Book{{ID: "so.di", Unit: unitSender, Direction: app.Outgoing, Name: "Sổ văn bản đi"}}
	f.do("directory.import", imp, nil)
	sender, reader, bystander := f.enrol(stranger), f.enrol(clerk), f.enrol("vt-"+offices[0])
	doc := app.NewID(f.store.Now())
	version := sender.issue(doc, append(offices, unitCommune))
	f.holds(version, offices[1:448]) // 448 has no laptop at all
	ask := func(l *laptop) (w api.OfficeCopies, status int) {
		resp, b := l.request(http.MethodGet, enrol.PathWhereabouts+string(doc), nil)
		_ = json.Unmarshal(b, &w)
		return w, resp.StatusCode
	}
	names := func(r *api.Receipts) string {
		var out []string
		for _, l := range r.Lacking {
			out = append(out, fmt.Sprint(l.Name, " ", l.Laptops))
		}
		return strings.Join(out, ", ")
	}
	w, _ := ask(sender)
	if r := w.Receipts; r == nil || r.Full != 447 || r.Total != 450 || names(r) != "UBND xã 000 1, UBND xã 448 0, UBND xã An 1" {
		t.Fatalf("before anybody fetches: %+v", r)
	}
	reader.request(http.MethodGet, content.Path+version.Segments[0].Name.String(), nil)
	w, _ = ask(sender)
	if r := w.Receipts; r.Full != 448 || names(r) != "UBND xã 000 1, UBND xã 448 0" {
		t.Errorf("after one has fetched: %+v", r)
	}
	if _, status := ask(bystander); status != http.StatusNotFound {
		t.Errorf("a recipient asks about the sender's document: %d", status)
	}
	f.do("device.revoke", DeviceRequest{reader.Device}, nil)
	w, _ = ask(sender)
	if r := w.Receipts; r.Full != 447 || names(r) != "UBND xã 000 1, UBND xã 448 0, UBND xã An 0" {
		t.Errorf("after its laptop is revoked: %+v", r)
	}
}

// holds has the offices' clerks hold the file on a laptop each.
func (f *fixture) holds(version app.FileVersion, offices []app.ID) {
	f.Helper()
	err := f.store.Write(f.Context(), func(tx *sqlite.Tx) error {
		for i, office := range offices {
			d := sqlite.Device{ID: "máy-" + office, Person: "vt-" + office, Office: office, CommandKey: []byte{1}, SealingKey: []byte{1},
				Courier: []byte{1}, CourierID: app.Hash{1, byte(i), byte(i >> 8)}}
			if err := tx.PutDevice(d); err != nil {
				return err
			}
			for _, s := range version.Segments {
				if err := tx.PutFetched(s.Name, d.ID, f.store.Now()); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
}

// TestReceiptsOfWhatWasNotSent: a document that nobody was sent has none.
func TestReceiptsOfWhatWasNotSent(t *testing.T) {
	at := app.Time(1)
	file := map[app.CommandID]app.File{1: {Role: app.FileMain}}
	for what, d := range map[string]*app.Document{
		"a draft":        {ID: "d", Files: file, Recipients: map[app.ID]app.Recipient{"xa": {}}},
		"without files":  {ID: "d", Recipients: map[app.ID]app.Recipient{"xa": {Copy: "c"}}},
		"only its draft": {ID: "d", Files: map[app.CommandID]app.File{1: {Role: app.FileDraft}}, Recipients: map[app.ID]app.Recipient{"xa": {Copy: "c"}}},
		"recalled":       {ID: "d", Files: file, Recipients: map[app.ID]app.Recipient{"xa": {Copy: "c", Status: app.StatusRecalled}}},
		"returned":       {ID: "d", Files: file, Recipients: map[app.ID]app.Recipient{"xa": {Copy: "c", Status: app.StatusRefused}}},
	} {
		if got, err := receiptsOf(nil, d, at); got != nil || err != nil {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
	}
}
