package server

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/convert"
	"khonggiay/app/office/officetest"
)

// A laptop without LibreOffice has the server make a PDF, of what is whole and
// has no macros; nothing of it stays there.
func TestLaptopsHaveTheirPDFsMade(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	ask := func(b []byte) (*http.Response, []byte) {
		return l.request(http.MethodPost, "/api/pdf?kind=.docx", bytes.NewReader(b), "Content-Type", "application/octet-stream")
	}
	resp, b := ask(officetest.Docx(t, "Kính gửi"))
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Errorf("%s, %d bytes", resp.Status, len(b))
	}
	for reason, b := range map[string][]byte{
		"office.damaged": []byte("PK"),
		"office.macros":  officetest.Docx(t, "x", officetest.Part{Name: "word/vbaProject.bin", Text: "x"}),
	} {
		if resp, answer := ask(b); resp.StatusCode != http.StatusUnprocessableEntity || refusal(answer) != reason {
			t.Errorf("%s: %s %s", reason, resp.Status, answer)
		}
	}
	f.pdfs.find = func() (*convert.Converter, error) { return nil, nil }
	if resp, answer := ask(officetest.Docx(t, "x")); resp.StatusCode != http.StatusNotFound || refusal(answer) != "convert.not_installed" {
		t.Errorf("without LibreOffice: %s %s", resp.Status, answer)
	}
}

// Nobody takes all of the server's conversions: one at a time each, few waiting,
// and so many an hour.
func TestConversionsAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	p := newPDFs(t.TempDir(), nil, func() time.Time { return now })
	var leave []func()
	for i := range maxConversions {
		fn, err := p.enter(string(rune('a' + i)))
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, fn)
	}
	if _, err := p.enter("z"); app.AsError(err) == nil || app.AsError(err).Reason != "convert.busy" {
		t.Errorf("one too many: %v", err)
	}
	leave[0]()
	if _, err := p.enter("b"); app.AsError(err) == nil {
		t.Error("two at once of one device")
	}
	if fn, err := p.enter("z"); err != nil {
		t.Errorf("after one has ended: %v", err)
	} else {
		fn()
	}
	tries := 0
	for ; ; tries++ {
		fn, err := p.enter("often")
		if err != nil {
			break
		}
		fn()
	}
	if now = now.Add(time.Minute); tries == 0 {
		t.Error("none at all")
	}
	if _, err := p.enter("often"); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}
