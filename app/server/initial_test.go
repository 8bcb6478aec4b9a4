package server

import (
	"bytes"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/demopki"
)

// TestInitialsAreJudged: the signature of somebody who checked a draft is judged
// beside its file: over that document's own revision, by the key that was named.
func TestInitialsAreJudged(t *testing.T) {
	b := openBureau(t, false, false)
	other, err := b.pki.Issue(demopki.Subject{Name: "Người Khác"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id    app.ID
		about app.ID // the document that was signed for
		claim app.Claim
		want  signing.Indication
		sub   signing.SubIndication
	}{
		{"d1", "d1", claimOf(b.key), signing.TotalPassed, ""},
		{"d2", "d1", claimOf(b.key), signing.TotalFailed, signing.HashFailure},
		{"d3", "d3", claimOf(other), signing.TotalFailed, signing.SigCryptoFailure},
	} {
		file := page("Du thao")
		v, err := b.contents.Seal(b.Context(), bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		b.act(drafter, "document.draft.1", c.id, &app.DraftCreate{Unit: unitCommune, Fields: app.Fields{Type: "BC", Subject: "Báo cáo"},
			Files: []app.NewFile{{Name: "bao-cao.pdf", Media: "application/pdf", Content: v, SHA256: v.SHA256}}})
		b.act(drafter, "document.submit_draft.1", c.id, &app.SubmitDraft{To: leader})
		given := app.TimeOf(b.config.Now())
		scheme, err := signing.SchemeOf(b.key.Certificate().PublicKey, false)
		if err != nil {
			t.Fatal(err)
		}
		der, err := cms.SignBytes(t.Context(), b.key, app.InitialText(c.about, leader, 1, v.SHA256, given), cms.Options{Scheme: scheme})
		if err != nil {
			t.Fatal(err)
		}
		b.act(leader, "document.initial.1", c.id, &app.PutInitial{Revision: 1, Content: v.SHA256, Given: given, CMS: der, Claim: c.claim})
		b.settle()
		if c.id == "d1" { // the first comes before anybody is trusted
			for _, i := range b.documentOf(c.id).Initials {
				if i.Verdict.Sub != string(signing.NoCertificateChainFound) {
					t.Errorf("nobody is trusted: %+v", i.Verdict)
				}
			}
			b.trustAll()
			b.settle()
		}
		for _, i := range b.documentOf(c.id).Initials {
			if i.Verdict.Indication != string(c.want) || i.Verdict.Sub != string(c.sub) || i.Verdict.At == 0 {
				t.Errorf("%s: %+v", c.id, i.Verdict)
			}
		}
	}
	var st Status
	if b.do("status", nothing{}, &st); st.Unjudged != 0 {
		t.Errorf("%d are left", st.Unjudged)
	}
}
