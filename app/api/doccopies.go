package api

import (
	"khonggiay/app"
)

// CopyInfo is a certified copy (bản sao), which the office has sealed.
type CopyInfo struct {
	Key     app.CommandID `json:"key"`
	Form    app.CopyForm  `json:"form" enum:"SY,SL,TrS"`
	Code    string        `json:"code,omitempty" doc:"01/SY-UBND; empty while the server has not numbered it"`
	Organ   string        `json:"organ" doc:"the office that made it"`
	By      PersonRef     `json:"by"`
	At      app.Time      `json:"at"`
	Pages   string        `json:"pages,omitempty" doc:"of an extract"`
	Text    string        `json:"text,omitempty"`
	Current bool          `json:"current" doc:"it is of the document as it is now"`
	File    FileInfo      `json:"file"`
	Claim   app.Claim     `json:"claim"`
	Verdict *app.Verdict  `json:"verdict,omitempty" doc:"on the seal; none: not judged yet. The file's is on all signatures in it"`
	Pending bool          `json:"pending,omitempty"`
}

func (v *docView) certifiedCopies() []CopyInfo {
	newest := v.doc.CurrentFiles()
	var out []CopyInfo
	for _, key := range keysOf(v.doc.CertifiedCopies, func(c app.CertifiedCopy) app.Time { return c.At }) {
		c := v.doc.CertifiedCopies[key]
		out = append(out, CopyInfo{Key: key, Form: c.Form, Code: c.Code(), Organ: c.Organ, By: v.who(c.By), At: c.At, Pages: c.Pages, Text: c.Text,
			Current: c.Source == v.doc.MainHash(), File: v.file(c.File, newest), Claim: c.Claim, Verdict: verdictOf(c.Verdict), Pending: v.pending[key]})
	}
	return out
}
