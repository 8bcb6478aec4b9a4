package desktop

import (
	"bytes"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing/pkcs11/softhsmtest"
)

// attachments are the newest versions of the attachments.
func attachments(d *api.Doc) (out []api.FileInfo) {
	for _, f := range d.Files {
		if f.Role == app.FileAttachment && f.Newest {
			out = append(out, f)
		}
	}
	return out
}

// TestSealAttachments: with the document văn thư seals its attachments, by the same
// PIN: each shows number, symbol and time in its corner. One that cannot be signed
// is named, and the rest is sealed without it.
func TestSealAttachments(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000f1")
	d := o.toSeal(id, scanOf(t, "Quyết định thử"), scanOf(t, "Phụ lục thử"), scanOf(t, "Danh sách"), []byte("%PDF-1.7 and nothing more"))
	before := attachments(d)
	if len(before) != 3 {
		t.Fatalf("attachments: %+v", before)
	}
	order := orderOf(api.SignOrgan, o.clerk.key(o.organization).ID, softhsmtest.PIN, d)
	order.Documents[0].Attachments = []app.CommandID{before[0].Key, mainFile(d).Key}
	if p := o.clerk.refusedOne(order); p.Reason != "seal.not_attachment" {
		t.Errorf("the document itself: %+v", p)
	}
	order.Documents[0].Attachments = []app.CommandID{before[0].Key, before[2].Key}
	if p := o.clerk.refusedOne(order); p.Reason != "seal.attachment_refused" || p.Data["name"] != "Phụ lục 3.pdf" {
		t.Errorf("one that is no PDF: %+v", p)
	}
	if d := o.clerk.doc(id); len(d.Signatures) != 1 || d.State != app.OutNumbered {
		t.Fatalf("half sealed: %+v", d)
	}
	order.Documents[0].Attachments = []app.CommandID{before[0].Key, before[1].Key}
	o.clerk.sign(order)
	o.clerk.until("the verdicts", func() bool {
		d = o.clerk.doc(id)
		judged := 0
		for _, s := range d.Signatures {
			if s.Verdict != nil && s.Verdict.Passed() {
				judged++
			}
		}
		return judged == 4 && !d.Pending
	})
	for i, f := range attachments(d)[:2] {
		file := o.clerk.file(id, f.Key)
		if f.Replaces != before[i].Key || f.Name != before[i].Name || f.Verdict == nil || !f.Verdict.Passed() || !bytes.HasPrefix(file, o.clerk.file(id, before[i].Key)) {
			t.Errorf("attachment %+v", f)
		}
		if verdict := pdfsig(t, file); strings.Count(verdict, "Signature is Valid") != 1 || !strings.Contains(verdict, "Total document signed") {
			t.Errorf("pdfsig: %s", verdict)
		}
		if text := shownText(t, file); !strings.Contains(text, "Số: "+d.CodeNumber+"/QĐ-UBND; ") || !strings.Contains(text, "+07:00") {
			t.Errorf("the corner shows: %s", text)
		}
	}
	if verdict := pdfsig(t, o.clerk.file(id, mainFile(d).Key)); strings.Count(verdict, "Signature is Valid") != 2 {
		t.Errorf("the document itself: %s", verdict)
	}
	if d.OriginalValue != "full" {
		t.Errorf("value of the original: %s", d.OriginalValue)
	}
	o.clerk.give("document.issue.1", id, `{}`)
	o.clerk.until("the issue", func() bool { d := o.clerk.doc(id); return d.State == app.OutIssued && !d.Pending })
}
