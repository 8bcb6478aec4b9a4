package api

import (
	"testing"

	"khonggiay/app"
)

// Điều 5 of NĐ 30/2020: nothing but both digital signatures makes an original.
func TestOriginalValue(t *testing.T) {
	scan := map[app.CommandID]app.File{1: {Name: "a.pdf"}}
	sign := func(kinds ...app.SignatureKind) map[app.CommandID]app.Signature {
		out := map[app.CommandID]app.Signature{}
		for i, k := range kinds {
			out[app.CommandID(i+1)] = app.Signature{Kind: k, Digital: true}
		}
		return out
	}
	onPaper := map[app.CommandID]app.Signature{1: {Kind: app.SignaturePerson}, 2: {Kind: app.SignatureOrgan}}
	for name, c := range map[string]struct {
		doc  app.Document
		want OriginalValue
	}{
		"nothing signed":             {app.Document{Files: scan}, OriginalNone},
		"the person":                 {app.Document{Files: scan, Signatures: sign(app.SignaturePerson)}, OriginalOneOfTwo},
		"the agency":                 {app.Document{Files: scan, Signatures: sign(app.SignatureOrgan)}, OriginalOneOfTwo},
		"both":                       {app.Document{Files: scan, Signatures: sign(app.SignaturePerson, app.SignatureOrgan)}, OriginalFull},
		"a scan of a signed paper":   {app.Document{Files: scan, Paper: true, Signatures: onPaper}, OriginalNone},
		"the paper and nothing else": {app.Document{Paper: true, Signatures: onPaper}, OriginalPaper},
	} {
		if got := originalValue(&c.doc); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
