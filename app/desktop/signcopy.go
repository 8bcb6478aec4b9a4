package desktop

import (
	"bytes"
	"cmp"
	"fmt"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing/appearance"
	"khonggiay/signing/extract"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/sync/content"
)

// Certified copies (NĐ 30/2020, Điều 25; appendix I, part II): the document with
// the stamp of its copy in the upper right corner of page 1, which is what is seen
// of the seal of the agency that made the copy. Sao y and sao lục add to the
// document and leave the signatures in it as they are. Trích sao is a new file of
// the chosen pages.

// copyField is the field of a copy's seal.
const copyField = "BanSao"

var copyForms = map[app.CopyForm]appearance.CopyForm{
	app.CopyCertified: appearance.CertifiedCopy, app.CopyOfCopy: appearance.CopyOfCopy, app.CopyExtract: appearance.Extract,
}

// copyOrder is the copy that is asked for.
func (t *task) copyOrder() api.CopyOrder {
	if t.doc.Copy == nil {
		return api.CopyOrder{}
	}
	return *t.doc.Copy
}

// ofItsOwn reports whether what is signed is a new file, which does not begin as
// the document does.
func (t *task) ofItsOwn() bool {
	return t.order.Kind == api.SignCopy && t.copyOrder().Form == app.CopyExtract
}

// copyArgs are those of the command that a copy comes with.
func (t *task) copyArgs(sealed app.FileVersion, claim app.Claim) *app.MakeCopy {
	o := t.copyOrder()
	return &app.MakeCopy{Form: o.Form, Revision: t.doc.Revision, Content: t.doc.Content, Pages: o.Pages, Text: o.Text, Claim: claim,
		File: app.NewFile{Name: t.main.Name, Media: t.main.Media, Content: sealed}}
}

// prepareCopy has the agency's seal look like the stamp of the copy.
func (s *signer) prepareCopy(file *grown, t *task, o *pades.Options) error {
	form := copyForms[t.copyOrder().Form]
	if t.ofItsOwn() {
		if err := takePages(file, t.copyOrder().Pages); err != nil {
			return err
		}
	}
	there, view, err := file.fields()
	if err != nil {
		return err
	}
	o.Field, o.Reason, o.Lock, o.Beside = newField(there, copyField), "Ký số của cơ quan, tổ chức sao văn bản", onlyAll, true
	o.Place, o.Appearance, err = corner(view, appearance.Copy(form, t.name, t.now))
	return err
}

// newField is a name that no field has.
func newField(there map[string]pdf.Field, name string) string {
	for n, free := 2, name; ; n++ {
		if _, taken := there[free]; !taken {
			return free
		}
		free = fmt.Sprintf("%s%d", name, n)
	}
}

// corner draws a block in the upper right corner of the first page, below what
// is there.
func corner(v *pdf.View, block appearance.Text) (pades.Place, pades.Appearance, error) {
	pages, err := v.Pages()
	if err != nil {
		return pades.Place{}, nil, err
	}
	if len(pages) == 0 {
		return pades.Place{}, nil, app.Refuse(app.Invalid, "sign.bad_place").With("page", 1)
	}
	page, err := appearance.ReadPage(v, pages[0])
	taken, widgetsErr := appearance.Widgets(v, pages[0])
	if err := cmp.Or(err, widgetsErr); err != nil {
		return pades.Place{}, nil, err
	}
	box, err := page.CornerFor(block, taken...)
	if err != nil {
		return pades.Place{}, nil, drawRefusal(err)
	}
	return pades.Place{Rect: box}, page.Upright(block), nil
}

// maxExtracted is the largest document of which pages are taken, in bytes: they
// are made in memory.
const maxExtracted = 100 << 20

// hasPages refuses an extract of pages that the document does not have, before the
// PIN is tried.
func (s *signer) hasPages(t *task) error {
	src, err := s.files.OpenVersion(t.main.Content)
	if err != nil {
		return content.AsRefusal(err, api.MaxUpload)
	}
	defer func() { _ = src.Close() }()
	_, err = pagesOf(&grown{base: src, size: t.main.Content.Size}, t.copyOrder().Pages)
	return signRefusal(err)
}

// pagesOf reads which pages of a file are meant.
func pagesOf(file *grown, text string) ([]int, error) {
	if file.Size() > maxExtracted {
		return nil, app.Refuse(app.Invalid, "copy.too_large").With("max", maxExtracted)
	}
	_, view, err := file.fields()
	if err != nil {
		return nil, err
	}
	all, err := view.Pages()
	if err != nil {
		return nil, err
	}
	return app.CopyPages(text, len(all))
}

// takePages turns a file into a new one of the pages.
func takePages(file *grown, text string) error {
	numbers, err := pagesOf(file, text)
	if err != nil {
		return err
	}
	var made bytes.Buffer
	if err := extract.Pages(file, file.Size(), &made, numbers); err != nil {
		return err
	}
	*file = grown{base: bytes.NewReader(made.Bytes()), size: int64(made.Len())}
	return nil
}
