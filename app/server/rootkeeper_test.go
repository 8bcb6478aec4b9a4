package server

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/app/verify"
	"khonggiay/signing"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// trustee is the province's administrator.
const trustee app.ID = "p-tinh"

// trustees gives the province its administrator, and a laptop to him.
func (f *fixture) trustees() *laptop {
	f.Helper()
	f.do("directory.import", Import{People: []app.Person{{ID: trustee, Name: "Đỗ Thị Tin", Posts: post("tinh", app.RoleAdmin)}}}, nil)
	return f.enrol(trustee)
}

// asks is a question to the API at the devices' door; out may be nil. It answers
// with the reason of a refusal.
func (l *laptop) asks(method, path string, in, out any) string {
	l.Helper()
	var sent bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&sent).Encode(in); err != nil {
			l.Fatal(err)
		}
	}
	resp, body := l.request(method, path, &sent, "Content-Type", "application/json")
	if resp.StatusCode >= 300 {
		return refusal(body)
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			l.Fatal(err)
		}
	}
	return ""
}

func (l *laptop) roots() (v api.RootsView) {
	l.Helper()
	if reason := l.asks(http.MethodGet, "/api/roots", nil, &v); reason != "" {
		l.Fatal(reason)
	}
	return v
}

// offered asks for a certificate as the screen does: what the file shows, with
// both uses.
func (l *laptop) offered(file []byte) api.NewRoot {
	l.Helper()
	var offers []api.RootOffer
	if reason := l.asks(http.MethodPost, "/api/roots/read", api.RootFile{File: file}, &offers); reason != "" || len(offers) != 1 {
		l.Fatalf("%d offers: %s", len(offers), reason)
	}
	return api.NewRoot{Certificate: offers[0].Certificate, SHA256: offers[0].SHA256, Uses: []string{useSignature, useTimestamp}, Kind: "official", Note: "Công bố của cơ quan cấp"}
}

// TestRootsOnTheScreen: the province's administrator sees what a file holds,
// trusts what he has compared, and ends the trust; laptops follow, and the audit
// log says who it was.
func TestRootsOnTheScreen(t *testing.T) {
	f := open(t).run()
	l := f.trustees()
	root := trusttest.NewRoot(t, "Gốc Công vụ")
	if v := l.roots(); len(v.Roots) != 0 || len(v.Lists) != 0 || v.Asks != "nobody" {
		t.Errorf("%+v", v)
	}
	order := l.offered(pemOf(root))
	first, last := app.TimeOf(root.Cert.NotBefore).Date()+30, app.TimeOf(f.config.Now()).Date()+400
	order.Since, order.Until = first, last
	var made api.Root
	if reason := l.asks(http.MethodPost, "/api/roots", order, &made); reason != "" {
		t.Fatal(reason)
	}
	if made.Name != "Gốc Công vụ" || !made.SelfSigned || made.Key != "EC 256" || made.SHA256 != order.SHA256 || made.Since != first.Start() || made.Until.Date() != last ||
		made.NotAfter != app.TimeOf(root.Cert.NotAfter) || !slices.Equal(made.Uses, order.Uses) || made.Note != order.Note {
		t.Errorf("%+v", made)
	}
	if a := made.Added; a == nil || a.PersonID != trustee || a.Person == nil || a.Person.Name != "Đỗ Thị Tin" || a.At == 0 {
		t.Errorf("who added it: %+v", a)
	}
	road := verify.New(filepath.Join(t.TempDir(), "trust"), f.config.Now)
	if _, err := road.Follow(t.Context(), l.client, "https://"+f.Addr()); err != nil {
		t.Fatal(err)
	}
	if theirs, err := road.Roots(); err != nil || len(theirs) != 1 || !theirs[0].Certificate.Equal(root.Cert) {
		t.Errorf("laptops: %+v %v", theirs, err)
	}
	today := app.TimeOf(f.config.Now()).Date()
	end := "/api/roots/" + order.SHA256 + "/end"
	for want, day := range map[string]app.Date{"": today - 1, "root.dates": first - 1} {
		if reason := l.asks(http.MethodPost, end, api.RootEnd{Until: day}, &made); reason != want {
			t.Errorf("until %s: %q", day, reason)
		}
	}
	if made.Until.Date() != today-1 || len(l.roots().Roots) != 1 {
		t.Errorf("an ended root: %+v", made)
	}
	if reason := l.asks(http.MethodPost, "/api/roots/"+strings.Repeat("0", 64)+"/end", api.RootEnd{Until: today}, nil); reason != "root.not_found" {
		t.Errorf("no such root: %q", reason)
	}
	entries, err := f.store.AuditLog(t.Context(), 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range []string{actAddRoot, actEndRoot} {
		i := slices.IndexFunc(entries, func(e sqlite.AuditEntry) bool { return e.Act == act })
		if i < 0 || entries[i].Actor != trustee || entries[i].Device != l.Device || entries[i].Object != order.SHA256 {
			t.Errorf("%s is not in the audit log", act)
		}
	}
	f.do("trust.add", RootRequest{Certificate: trusttest.NewRoot(t, "Gốc của người vận hành").Cert.Raw, Uses: []string{useTimestamp}, Kind: trust.KindTest}, nil)
	for _, r := range l.roots().Roots {
		if operators := r.Kind == "test"; r.Added == nil || (r.Added.PersonID == "") != operators {
			t.Errorf("%s: %+v", r.Name, r.Added)
		}
	}
}

// TestRootsAreTheProvinces: nobody but the province's administrator sees or
// changes anything, at no door.
func TestRootsAreTheProvinces(t *testing.T) {
	f := open(t).run()
	order := f.trustees().offered(trusttest.NewRoot(t, "Gốc").Cert.Raw)
	for _, person := range []app.ID{admin, clerk, leader, stranger} {
		l := f.enrol(person)
		for route, in := range map[string]any{"GET /api/roots": nil, "POST /api/roots": order, "POST /api/roots/read": api.RootFile{File: order.Certificate},
			"POST /api/roots/" + order.SHA256 + "/end": api.RootEnd{Until: 20000}} {
			method, path, _ := strings.Cut(route, " ")
			if reason := l.asks(method, path, in, nil); reason != "can.needs_province_admin" {
				t.Errorf("%s as %s: %q", route, person, reason)
			}
		}
	}
	if all, err := f.judge.Roots(); err != nil || len(all) > 0 || f.audited(actAddRoot) > 0 {
		t.Errorf("%v %v", all, err)
	}
}

// TestRootsRefused: what is no root, or not the one that was compared, is called
// by its name, when it is shown and when somebody asks for it nevertheless.
func TestRootsRefused(t *testing.T) {
	f := open(t).run()
	l := f.trustees()
	root := trusttest.NewRoot(t, "Gốc")
	ca := root.IssueCA(t, "CA cấp dưới")
	year := func(n int) time.Time { return trusttest.Now.AddDate(n, 0, 0) }
	for want, i := range map[string]*trusttest.Issued{
		"root.not_ca":   root.Issue(t, "Nguyễn Văn A"),
		"root.weak_key": trusttest.NewRoot(t, "Khóa ngắn", trusttest.Key(trusttest.RSA1024)),
		"root.expired":  trusttest.NewRoot(t, "Đã hết hạn", trusttest.Valid(year(-9), year(-1))),
	} {
		var offers []api.RootOffer
		if reason := l.asks(http.MethodPost, "/api/roots/read", api.RootFile{File: pemOf(i)}, &offers); reason != "" || len(offers) != 1 || offers[0].Problem != want {
			t.Errorf("%s is shown as %+v, %s", want, offers, reason)
		}
		order := l.offered(pemOf(i))
		order.Intermediate = true
		if reason := l.asks(http.MethodPost, "/api/roots", order, nil); reason != want {
			t.Errorf("%s is asked for: %q", want, reason)
		}
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{0}})
	for want, file := range map[string][]byte{"root.not_certificates": append(pemOf(root), key...), "root.file_too_large": make([]byte, verify.MaxCertificateFile+1)} {
		if reason := l.asks(http.MethodPost, "/api/roots/read", api.RootFile{File: file}, nil); reason != want {
			t.Errorf("%s: %q", want, reason)
		}
	}
	good := l.offered(root.Cert.Raw)
	below := l.offered(ca.Cert.Raw)
	for want, order := range map[string]api.NewRoot{
		"root.other_print":      with(good, func(r *api.NewRoot) { r.SHA256 = strings.Repeat("0", 64) }),
		"root.not_certificates": with(good, func(r *api.NewRoot) { r.Certificate = pemOf(root) }),
		"root.not_self_signed":  below,
		"root.no_source":        with(good, func(r *api.NewRoot) { r.Note = " " }),
		"root.dates":            with(good, func(r *api.NewRoot) { r.Since, r.Until = 20002, 20001 }),
	} {
		if reason := l.asks(http.MethodPost, "/api/roots", order, nil); reason != want {
			t.Errorf("%s: %q", want, reason)
		}
	}
	for _, order := range []api.NewRoot{good, with(below, func(r *api.NewRoot) { r.Intermediate = true })} {
		if reason := l.asks(http.MethodPost, "/api/roots", order, nil); reason != "" {
			t.Errorf("%s: %q", order.SHA256, reason)
		}
	}
	if reason := l.asks(http.MethodPost, "/api/roots", good, nil); reason != "root.twice" {
		t.Errorf("twice: %q", reason)
	}
	if n := f.audited(actAddRoot); n != 2 {
		t.Errorf("%d in the audit log", n)
	}
}

func with(r api.NewRoot, change func(*api.NewRoot)) api.NewRoot {
	change(&r)
	return r
}

// TestRootEnds: what was not decided is judged when the administrator trusts the
// root; when he ends the trust, what was found good stays so, what a time-stamp
// proves to be older is good still, and what comes later is not.
func TestRootEnds(t *testing.T) {
	b := openBureau(t, false, true)
	l := b.trustees()
	sign := func(id app.ID) {
		base := b.drafted(id, string(id))
		b.arrive(b.sign(id, base, b.signedBy(b.key, page(string(id)), options()), claimOf(b.key)))
		b.settle()
	}
	sign("d1")
	b.wants("d1", "nobody is trusted", signing.Indeterminate, signing.NoCertificateChainFound, "B-B")
	stamps := l.offered(b.pki.Root().Raw)
	stamps.Uses, stamps.Kind = []string{useTimestamp}, "test"
	order := l.offered(b.key.Issuers()[0].Raw)
	order.Uses, order.Kind, order.Intermediate = []string{useSignature}, "test", true
	for _, r := range []api.NewRoot{stamps, order} {
		if reason := l.asks(http.MethodPost, "/api/roots", r, nil); reason != "" {
			t.Fatal(reason)
		}
	}
	b.trustAllLists()
	b.settle()
	b.wants("d1", "the root is trusted", signing.TotalPassed, "", "B-T")
	b.ahead(48 * time.Hour)
	yesterday := app.TimeOf(b.config.Now()).Date() - 1
	if reason := l.asks(http.MethodPost, "/api/roots/"+order.SHA256+"/end", api.RootEnd{Until: yesterday}, nil); reason != "" {
		t.Fatal(reason)
	}
	b.settle()
	b.wants("d1", "the trust has ended", signing.TotalPassed, "", "B-T")
	doc := b.documentOf("d1")
	file, _ := doc.MainFile()
	content := doc.Files[file].Content
	src, err := b.contents.Open(t.Context(), content)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	whole, err := io.ReadAll(src)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := b.judge.Verify(t.Context(), content.SHA256, bytes.NewReader(whole), content.Size); err != nil || r.Indication != signing.TotalPassed {
		t.Errorf("judged again: %s %s %v", r.Indication, r.SubIndication, err)
	}
	b.trustAllLists()
	sign("d2")
	if s := b.only("d2"); s.Verdict.Indication != string(signing.Indeterminate) {
		t.Errorf("signed after the end: %+v", s.Verdict)
	}
}
