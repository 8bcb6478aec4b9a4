package desktop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/sync/content"
)

// The fields of a document, in the order in which NĐ 30/2020 has them filled: the
// authorised person signs (Điều 13), văn thư writes number and date and seals
// (Điều 14 and 17).
const (
	numberField = "SoVB"
	dateField   = "NgayVB"
	personField = "NguoiKy"
	organField  = "CoQuan"
)

// afterPerson are what the authorised person's signature leaves open.
var afterPerson = &pades.Lock{Action: pades.LockExclude, Fields: []string{numberField, dateField, organField}}

// onlyAll locks everything: nothing is to be filled in after the agency's signature.
var onlyAll = &pades.Lock{Action: pades.LockAll}

// grown is a file in the store of contents, and what signing appends to it, in
// memory. It is read as the whole.
type grown struct {
	base io.ReaderAt
	size int64 // of base
	more []byte
}

func (g *grown) Size() int64 { return g.size + int64(len(g.more)) }

// ReadAt implements io.ReaderAt.
func (g *grown) ReadAt(p []byte, at int64) (n int, err error) {
	if at < 0 {
		return 0, errors.New("a negative offset")
	}
	if at < g.size {
		n, err = g.base.ReadAt(p[:min(int64(len(p)), g.size-at)], at)
		if err != nil && !(errors.Is(err, io.EOF) && at+int64(n) == g.size) || n == len(p) {
			return n, err
		}
		at += int64(n)
	}
	if at < g.Size() {
		n += copy(p[n:], g.more[at-g.size:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// maxAdded bounds what one signature may add: its own bytes, and pictures.
const maxAdded = 64 << 20

// grow has something write the file anew, which begins as it is, and keeps what
// follows.
func (g *grown) grow(write func(to io.Writer) error) error {
	t := &tail{skip: g.Size()}
	if err := write(t); err != nil {
		return err
	}
	if t.skip > 0 {
		return io.ErrUnexpectedEOF
	}
	g.more = append(g.more, t.bytes...)
	return nil
}

// tail drops the beginning of what is written to it.
type tail struct {
	skip  int64
	bytes []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	known := min(t.skip, int64(len(p)))
	t.skip -= known
	if len(t.bytes)+len(p)-int(known) > maxAdded {
		return 0, fmt.Errorf("a signature adds more than %d bytes", maxAdded)
	}
	t.bytes = append(t.bytes, p[known:]...)
	return len(p), nil
}

// fields reads which fields a file has; a file without a form has none.
func (g *grown) fields() (map[string]pdf.Field, *pdf.View, error) {
	f, err := pdf.Open(g, g.Size())
	if err != nil {
		return nil, nil, err
	}
	view := f.Newest()
	form, err := view.Form()
	if err != nil || form == nil {
		return nil, view, err
	}
	out := map[string]pdf.Field{}
	for _, field := range form.Fields {
		out[field.Name] = field
	}
	return out, view, nil
}

// signFile signs the main file of a task and seals what that adds. It returns
// the new version and the field of the signature.
func (s *signer) signFile(ctx context.Context, t *task, by login) (app.FileVersion, string, error) {
	return s.signVersion(ctx, t, by, t.main.Content, func(file *grown) (pades.Options, error) { return s.lay(file, t, by.scheme) })
}

// signVersion signs a version as lay says, which may put another file in its place.
// It returns the new version and the field of the signature.
func (s *signer) signVersion(ctx context.Context, t *task, by login, before app.FileVersion, lay func(*grown) (pades.Options, error)) (v app.FileVersion, field string, err error) {
	file, closeFile, err := s.openVersion(ctx, before)
	if err != nil {
		return v, "", err
	}
	defer closeFile()
	o, err := lay(file)
	if err != nil {
		return v, "", err
	}
	err = file.grow(func(to io.Writer) error { return pades.Sign(ctx, file, file.Size(), to, o, by) })
	if err != nil {
		return v, "", signRefusal(err)
	}
	// From here on there is a signature, which a request that ends must not lose.
	whole := io.NewSectionReader(file, 0, file.Size())
	if after := context.WithoutCancel(ctx); t.ofItsOwn() {
		v, err = s.files.Seal(after, whole)
	} else {
		v, err = s.files.Append(after, before, whole)
	}
	return v, o.Field, content.AsRefusal(err, api.MaxUpload)
}

// openMain opens the main file of a task, which is here as a whole.
func (s *signer) openMain(ctx context.Context, t *task) (*grown, func(), error) {
	return s.openVersion(ctx, t.main.Content)
}

func (s *signer) openVersion(ctx context.Context, v app.FileVersion) (*grown, func(), error) {
	if err := s.whole(ctx, v); err != nil {
		return nil, nil, err
	}
	src, err := s.files.OpenVersion(v)
	if err != nil {
		return nil, nil, content.AsRefusal(err, api.MaxUpload)
	}
	return &grown{base: src, size: v.Size}, func() { _ = src.Close() }, nil
}

// lay makes the file ready for the signature.
func (s *signer) lay(file *grown, t *task, scheme signing.Scheme) (o pades.Options, err error) {
	o = pades.Options{Time: t.now, Name: t.name, Scheme: scheme}
	switch t.order.Kind {
	case api.SignOrgan:
		err = s.prepareOrgan(file, t, &o)
	case api.SignCopy:
		err = s.prepareCopy(file, t, &o)
	default:
		err = s.preparePerson(file, t, &o)
	}
	return o, signRefusal(err)
}

// preparePerson makes the fields of a file that nobody has signed; its first
// signature certifies it. On one that others have signed it is one more.
func (s *signer) preparePerson(file *grown, t *task, o *pades.Options) error {
	o.Field, o.Reason, o.Lock = personField, "Người có thẩm quyền ký ban hành", afterPerson
	places := t.doc.Places
	o.Place = placeOf(places.Signature)
	there, view, err := file.fields()
	if err != nil {
		return err
	}
	if err := possible(view, places.Signature, places.Seal, places.Number, places.Date); err != nil {
		return err
	}
	if o.Appearance, err = s.appearanceOf(view, api.SignPerson, o.Place); err != nil {
		return err
	}
	fields := pades.Fields{Signatures: []pades.SignatureField{
		{Name: personField, Place: o.Place, Lock: afterPerson},
		{Name: organField, Place: placeOf(places.Seal), Lock: onlyAll},
	}}
	if places.Number != nil {
		fields.Texts = append(fields.Texts, pades.TextField{Name: numberField, Place: placeOf(places.Number)})
	}
	if places.Date != nil {
		fields.Texts = append(fields.Texts, pades.TextField{Name: dateField, Place: placeOf(places.Date)})
	}
	err = file.grow(func(to io.Writer) error { return pades.Prepare(file, file.Size(), to, fields) })
	if err == nil {
		o.Certify = pades.FillForms
		return nil
	}
	var refused *pades.RefusedError
	if !errors.As(err, &refused) || refused.Reason != pades.AlreadySigned {
		return err
	}
	o.Field = freeField(there, personField)
	if f, ok := there[o.Field]; ok {
		at, _ := where(view, f)
		o.Appearance, err = s.appearanceOf(view, api.SignPerson, at)
		return err
	}
	return nil
}

// prepareOrgan fills number and date in and signs for the agency, in the fields
// that the person's signature made ready. A file of another maker gets a new field
// for the signature, and nothing is filled in.
func (s *signer) prepareOrgan(file *grown, t *task, o *pades.Options) error {
	there, view, err := file.fields()
	if err != nil {
		return err
	}
	o.Field, o.Reason, o.Lock = freeField(there, organField), "Ký số của cơ quan, tổ chức ban hành văn bản", onlyAll
	if err := possible(view, t.doc.Places.Seal); err != nil {
		return err
	}
	o.Place = placeOf(t.doc.Places.Seal)
	seen := o.Place
	if f, ok := there[o.Field]; ok {
		seen, _ = where(view, f)
	}
	if o.Appearance, err = s.appearanceOf(view, api.SignOrgan, seen); err != nil {
		return err
	}
	for _, fill := range []pades.Fill{{Field: numberField, Value: t.record.CodeNumber}, {Field: dateField, Value: printedDate(t.record.IssuedDate)}} {
		f, ok := there[fill.Field]
		if !ok || f.Type() != "Tx" || fill.Value == "" {
			continue
		}
		place, ok := where(view, f)
		if !ok {
			continue
		}
		if fill.Appearance, err = filledIn(view, place, fill); err != nil {
			return err
		}
		o.Fills = append(o.Fills, fill)
	}
	return nil
}

// freeField is the field of the name if it can take a signature, or else a new
// one's name.
func freeField(there map[string]pdf.Field, name string) string {
	for n, free := 1, name; ; n++ {
		f, ok := there[free]
		if !ok || f.Type() == "Sig" && absent(f.Get("V")) {
			return free
		}
		free = fmt.Sprintf("%s%d", name, n+1)
	}
}

func absent(o pdf.Object) bool { return o == nil || o == pdf.Object(pdf.Null{}) }

// where is the place of a field's first widget; none, and false, when it is not seen.
func where(v *pdf.View, f pdf.Field) (p pades.Place, ok bool) {
	if len(f.Widgets) == 0 {
		return p, false
	}
	o, err := v.Get(f.Widgets[0])
	d, isDict := o.(*pdf.Dict)
	if err != nil || !isDict {
		return p, false
	}
	corners, err := v.Array(d.Get("Rect"))
	if err != nil || len(corners) != 4 {
		return p, false
	}
	var r [4]float64
	for i := range r {
		if o, err := v.Resolve(corners[i]); err == nil {
			r[i], _ = pdf.Number(o)
		}
	}
	p.Rect = [4]float64{min(r[0], r[2]), min(r[1], r[3]), max(r[0], r[2]), max(r[1], r[3])}
	pages, err := v.Pages()
	if ref, isRef := d.Get("P").(pdf.Ref); err == nil && isRef {
		for i, page := range pages {
			if page.Ref == ref {
				p.Page = i
			}
		}
	}
	if !hasArea(p.Rect) {
		return pades.Place{}, false
	}
	return p, true
}

func hasArea(r [4]float64) bool {
	for _, x := range r {
		if math.IsNaN(x) || math.Abs(x) > 1e6 {
			return false
		}
	}
	return r[0] < r[2] && r[1] < r[3]
}

// possible refuses places that are not on a page of the file.
func possible(v *pdf.View, places ...*api.SignPlace) error {
	pages, err := v.Pages()
	if err != nil {
		return err
	}
	for _, p := range places {
		if p != nil && (p.Page < 0 || p.Page >= len(pages) || !hasArea(p.Rect)) {
			return app.Refuse(app.Invalid, "sign.bad_place").With("page", p.Page+1)
		}
	}
	return nil
}

// placeOf is a place of an order for a field; none is a field that is not seen.
func placeOf(p *api.SignPlace) pades.Place {
	if p == nil {
		return pades.Place{}
	}
	return pades.Place{Page: p.Page, Rect: p.Rect}
}

// whole reads a file to its end: only what is here, and is what the record says,
// is signed.
func (s *signer) whole(ctx context.Context, v app.FileVersion) error {
	err := s.files.Verify(ctx, v)
	switch {
	case errors.Is(err, content.ErrNotFound):
		return app.Refuse(app.NotFound, "content.not_here")
	case errors.Is(err, content.ErrCorrupt):
		(&contents{store: s.store, files: s.files, now: s.clock.Now, link: s.carrier, open: s.mayOpen}).heal(v)
		return app.Refuse(app.NotFound, "content.not_here")
	}
	return err
}
