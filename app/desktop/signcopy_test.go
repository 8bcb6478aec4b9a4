package desktop

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing/pkcs11/softhsmtest"
)

// toSeal brings a decision that the leader has signed, and that has its number,
// before văn thư.
func (o *signingOffice) toSeal(id app.ID, file []byte, attachments ...[]byte) *api.Doc {
	o.t.Helper()
	d := o.toSign(id, file, attachments...)
	o.chief.sign(orderOf(api.SignPerson, o.chief.key(o.chiefCert).ID, softhsmtest.PIN, d))
	o.clerk.until("the signed file", func() bool {
		d := o.clerk.doc(id)
		return d.State == app.OutSigned && d.Where.Machine && d.Where.Server
	})
	o.clerk.give("document.number.1", id, `{"book":"xa.di"}`)
	o.untilJudged(id)
	o.clerk.until("the number", func() bool { d := o.clerk.doc(id); return d.CodeNumber != "" && !d.Pending })
	return o.clerk.doc(id)
}

// issued brings a decision with both signatures to its recipients.
func (o *signingOffice) issued(id app.ID, file []byte) *api.Doc {
	o.t.Helper()
	o.clerk.sign(orderOf(api.SignOrgan, o.clerk.key(o.organization).ID, softhsmtest.PIN, o.toSeal(id, file)))
	o.clerk.until("the verdict on the seal", func() bool {
		d := o.clerk.doc(id)
		return len(d.Signatures) == 2 && d.Signatures[1].Verdict != nil && d.Signatures[1].Verdict.Passed() && !d.Pending
	})
	o.clerk.give("document.issue.1", id, `{}`)
	o.clerk.until("the issue", func() bool { d := o.clerk.doc(id); return d.State == app.OutIssued && !d.Pending })
	return o.clerk.doc(id)
}

// copyOrder asks for a copy of the document.
func copyOrder(key string, d *api.Doc, c api.CopyOrder) api.SignOrder {
	order := orderOf(api.SignCopy, key, softhsmtest.PIN, d)
	order.Documents[0].Form, order.Documents[0].Places, order.Documents[0].Copy = "", api.SignPlaces{}, &c
	return order
}

// copyOf waits for the nth copy to be judged.
func (o *signingOffice) copyOf(id app.ID, n int) api.CopyInfo {
	o.t.Helper()
	var c api.CopyInfo
	o.clerk.until("the verdict on a copy", func() bool {
		d := o.clerk.doc(id)
		if len(d.CertifiedCopies) < n {
			return false
		}
		c = d.CertifiedCopies[n-1]
		return c.Verdict != nil && c.Code != "" && !d.Pending
	})
	return c
}

// TestSignCopy: văn thư makes a certified copy of a decision with the agency's
// token. It is the decision with the stamp and one more seal: all three signatures
// are good, for us and for others, and the decision itself is what it was.
func TestSignCopy(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000e1")
	d := o.issued(id, scanOf(t, "Quyết định thử"))
	original := o.clerk.file(id, mainFile(d).Key)
	key := o.clerk.key(o.organization).ID

	o.clerk.sign(copyOrder(key, d, api.CopyOrder{Form: app.CopyCertified, Text: "Gửi Phòng Tư pháp"}))
	c := o.copyOf(id, 1)
	if c.Code != "01/SY-UBND" || c.Organ != "UBND xã An" || c.Form != app.CopyCertified || !c.Verdict.Passed() || c.File.Verdict == nil || !c.File.Verdict.Passed() || c.Text != "Gửi Phòng Tư pháp" {
		t.Errorf("copy %+v, file %+v", c, c.File)
	}
	file := o.clerk.file(id, c.File.Key)
	if !bytes.HasPrefix(file, original) {
		t.Error("the copy does not begin with the document")
	}
	if verdict := pdfsig(t, file); strings.Count(verdict, "Signature is Valid") != 3 || !strings.Contains(verdict, "Total document signed") {
		t.Errorf("pdfsig: %s", verdict)
	}
	if text := shownText(t, file); !strings.Contains(text, "SAO Y; UBND xã An; ") || !strings.Contains(text, "+07:00") {
		t.Errorf("the stamp is not shown: %s", text)
	}
	after := o.clerk.doc(id)
	if after.MainSHA256 == nil || *after.MainSHA256 != *d.MainSHA256 || after.OriginalValue != "full" {
		t.Errorf("the document is another one: %+v", after)
	}

	o.clerk.sign(copyOrder(key, after, api.CopyOrder{Form: app.CopyCertified}))
	if c := o.copyOf(id, 2); c.Code != "02/SY-UBND" || !c.Verdict.Passed() {
		t.Errorf("second copy %+v", c)
	}
	if p := o.chief.refusedOne(copyOrder(o.chief.key(o.chiefCert).ID, o.chief.doc(id), api.CopyOrder{Form: app.CopyCertified})); p.Reason != "can.needs_clerk" {
		t.Errorf("by the leader: %+v", p)
	}
}

// TestSignExtract: an extract is a file of its own with the pages as they are seen,
// the number and the seal on them, and nothing in it but the stamp is signed.
func TestSignExtract(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000e2")
	if code := o.clerk.savePicture(api.SignOrgan, picture(t)); code != http.StatusNoContent {
		t.Fatalf("picture: %d", code)
	}
	d := o.issued(id, scanOf(t, "Quyết định thử"))
	key := o.clerk.key(o.organization).ID
	for _, pages := range []string{"", "2", "1, 1"} { // before the PIN is tried
		order := copyOrder(key, d, api.CopyOrder{Form: app.CopyExtract, Pages: pages})
		order.PIN = "000000"
		if p := o.clerk.refusedOne(order); p.Reason != "copy.bad_pages" {
			t.Errorf("pages %q: %+v", pages, p)
		}
	}
	o.clerk.sign(copyOrder(key, d, api.CopyOrder{Form: app.CopyExtract, Pages: "1"}))
	c := o.copyOf(id, 1)
	if c.Code != "01/TrS-UBND" || c.Pages != "1" || !c.Verdict.Passed() || !c.File.Verdict.Passed() || c.File.Verdict.Signatures != 1 {
		t.Errorf("copy %+v, file %+v", c, c.File)
	}
	file := o.clerk.file(id, c.File.Key)
	if verdict := pdfsig(t, file); strings.Count(verdict, "Signature is Valid") != 1 || !strings.Contains(verdict, "Total document signed") {
		t.Errorf("pdfsig: %s", verdict)
	}
	if text := shownText(t, file); !strings.Contains(text, "TRÍCH SAO; UBND xã An; ") || !strings.Contains(text, d.CodeNumber) || !strings.Contains(text, "ngày ") {
		t.Errorf("the extract shows: %s", text)
	}
}

// TestSignCopyOfPaper: a paper that was scanned becomes an electronic copy by the
// agency's seal alone; while the server has not looked at the scan there is none.
func TestSignCopyOfPaper(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000e3")
	sum := o.clerk.upload("Công văn.pdf", scanOf(t, "Công văn giấy"))
	o.clerk.give("document.receive.1", id, `{"unit":"xa-an","fields":{"subject":"Công văn giấy","codeNumber":"7","notation":"SNV","organName":"Sở Nội vụ"},
		"files":[{"name":"Công văn.pdf","media":"application/pdf","sha256":"`+sum+`"}]}`)
	o.clerk.until("the verdict on the scan", func() bool {
		d := o.clerk.doc(id)
		return d != nil && !d.Pending && len(d.Files) == 1 && d.Files[0].Verdict != nil
	})
	key := o.clerk.key(o.organization).ID
	order := copyOrder(key, o.clerk.doc(id), api.CopyOrder{Form: app.CopyCertified})
	if p := o.clerk.refusedOne(order); p.Reason != "document.wrong_state" {
		t.Errorf("before it is in the book: %+v", p)
	}
	o.clerk.give("document.register.1", id, `{"book":"xa.den"}`)
	o.clerk.until("the number", func() bool { return !o.clerk.doc(id).Pending })
	o.clerk.sign(copyOrder(key, o.clerk.doc(id), api.CopyOrder{Form: app.CopyCertified}))
	o.clerk.sign(copyOrder(key, o.clerk.doc(id), api.CopyOrder{Form: app.CopyOfCopy}))
	c := o.copyOf(id, 2)
	if c.Code != "02/SL-UBND" || !c.Verdict.Passed() || !c.File.Verdict.Passed() || c.File.Verdict.Signatures != 1 {
		t.Errorf("copy %+v, file %+v", c, c.File)
	}
	file := o.clerk.file(id, c.File.Key)
	if verdict := pdfsig(t, file); strings.Count(verdict, "Signature is Valid") != 1 {
		t.Errorf("pdfsig: %s", verdict)
	}
	if text := shownText(t, file); !strings.Contains(text, "SAO LỤC; UBND xã An; ") {
		t.Errorf("the stamp is not shown: %s", text)
	}
}

// refusedOne is why the one document of an order was not signed.
func (l *laptop) refusedOne(order api.SignOrder) api.Problem {
	l.t.Helper()
	var out []api.SignedDocument
	if l.call("POST", "/api/signing/sign", order, &out); len(out) != 1 || out[0].Problem == nil {
		l.t.Fatalf("signed: %+v", out)
	}
	return *out[0].Problem
}
