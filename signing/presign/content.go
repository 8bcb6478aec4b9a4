package presign

import (
	"bytes"
	"errors"
	"slices"

	"khonggiay/signing/pdf"
)

// Bounds on what a page's content may cost, beyond those of the reader.
const (
	longestContent = 16 << 20
	mostBoxes      = 20_000
	mostCovers     = 2_000
	mostSteps      = 20_000_000 // operators of all pages, in all that they draw
	stepsADrawing  = 200        // what finding one costs
	bytesAStep     = 64         // what reading content costs
	deepestForm    = 8
)

// A painter follows a page's content as far as one must to know where text stands,
// and what is painted over it afterwards. Letters are taken to be half as wide as
// they are high; clipping by other shapes than rectangles is not followed.
type painter struct {
	*scan
	page    int
	text    []box
	covers  int
	covered bool // told
	depth   int
}

// A state is the graphics state.
type state struct {
	ctm, text, line matrix
	clip            box
	size, leading   float64
	wide            bool // codes of two bytes
	invisible       bool // text that is not painted, as of scans that were read
	faint           bool // what is painted lets through what is below
	path            box
	rect            bool // the path is one rectangle
	begun           bool
	cuts            bool // W was given
}

// shown looks at what each page shows.
func (s *scan) shown() error {
	named := map[pdf.Ref]int{}
	for i, page := range s.pages {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		p := &painter{scan: s, page: i + 1}
		resources, err := s.view.Dict(page.Get("Resources"))
		if err != nil {
			return err
		}
		if err := s.collect(named, resources, i+1); err != nil {
			return err
		}
		content, err := s.pageContent(page)
		if err != nil {
			return err
		}
		everywhere := box{-1e9, -1e9, 1e9, 1e9}
		if err := p.run(content, resources, state{ctm: identity, clip: everywhere}); err != nil {
			return err
		}
		if err := s.annotations(i+1, page, p.text); err != nil {
			return err
		}
	}
	var unused []pdf.Ref
	for ref := range named {
		if !s.drawn[ref] {
			unused = append(unused, ref)
		}
	}
	slices.SortFunc(unused, func(a, b pdf.Ref) int { return int(a.Num) - int(b.Num) })
	for _, ref := range unused {
		s.note(Finding{Code: UnusedDrawing, Page: named[ref], Object: name(ref)})
	}
	return nil
}

// collect notes the drawings that a page's content has names for.
func (s *scan) collect(named map[pdf.Ref]int, resources *pdf.Dict, page int) error {
	drawings, err := s.view.Dict(resources.Get("XObject"))
	if err != nil {
		return err
	}
	for _, e := range drawings.Entries {
		if ref, ok := e.Value.(pdf.Ref); ok && named[ref] == 0 {
			named[ref] = page
		}
	}
	return nil
}

// pageContent joins the streams of /Contents.
func (s *scan) pageContent(page pdf.Page) ([]byte, error) {
	o, err := s.view.Resolve(page.Dict.Get("Contents"))
	if err != nil {
		return nil, err
	}
	parts, ok := o.(pdf.Array)
	if !ok {
		parts = pdf.Array{page.Dict.Get("Contents")}
	}
	var all bytes.Buffer
	for _, part := range parts {
		o, err := s.view.Resolve(part)
		if err != nil {
			return nil, err
		}
		stream, ok := o.(*pdf.Stream)
		if !ok {
			continue
		}
		b, err := s.bytes(stream)
		if err != nil {
			if err = s.passing(err); err != nil {
				return nil, err
			}
			s.note(Finding{Code: BadContent, Page: s.pageOf[page.Ref], Object: objectName(part)})
		}
		if all.Len()+len(b) > longestContent {
			s.note(Finding{Code: BadContent, Page: s.pageOf[page.Ref], Object: objectName(part)})
			break
		}
		all.Write(b)
		all.WriteByte('\n')
	}
	return all.Bytes(), nil
}

func (s *scan) bytes(stream *pdf.Stream) ([]byte, error) {
	b, err := s.view.BytesWithin(stream, longestContent)
	s.steps += len(b) / bytesAStep
	return b, err
}

// passing keeps an error that is not about one stream alone.
func (s *scan) passing(err error) error {
	var malformed *pdf.FormatError
	var limit *pdf.LimitError
	if errors.As(err, &malformed) || errors.As(err, &limit) {
		return nil
	}
	return err
}

func (p *painter) run(content []byte, resources *pdf.Dict, now state) error {
	var saved []state
	t := &tokens{b: content}
	for {
		op, ok := t.operator()
		if !ok {
			return nil
		}
		if p.steps++; p.steps > mostSteps {
			return &pdf.LimitError{What: "operators in the content of pages", Limit: mostSteps}
		}
		n := op.operands
		switch op.name {
		case "q":
			if len(saved) < deepest {
				saved = append(saved, now)
			}
		case "Q":
			if len(saved) > 0 {
				now, saved = saved[len(saved)-1], saved[:len(saved)-1]
			}
		case "cm":
			if m, ok := asMatrix(n); ok {
				now.ctm = m.times(now.ctm)
			}
		case "gs":
			if err := p.setState(resources, n, &now); err != nil {
				return err
			}
		case "Do":
			if err := p.draw(resources, n, now); err != nil {
				return err
			}
		case "EI":
			p.cover(now.ctm.box(box{0, 0, 1, 1}), now)
		default:
			if !p.path(op, &now) {
				if err := p.write(op, resources, &now); err != nil {
					return err
				}
			}
		}
	}
}

func asMatrix(n []operand) (matrix, bool) {
	if len(n) != 6 {
		return identity, false
	}
	var m matrix
	for i := range n {
		m[i] = n[i].number
	}
	return m, true
}

// path follows the operators that make and paint paths.
func (p *painter) path(op operator, now *state) bool {
	n := op.operands
	add := func(b box) {
		if b = now.ctm.box(b); now.begun {
			b = box{min(b.x0, now.path.x0), min(b.y0, now.path.y0), max(b.x1, now.path.x1), max(b.y1, now.path.y1)}
		}
		now.path, now.begun = b, true
	}
	end := func(fills bool) {
		if fills && now.begun && now.rect {
			p.cover(now.path, *now)
		}
		if now.cuts && now.begun {
			now.clip = now.clip.cut(now.path)
		}
		now.begun, now.rect, now.cuts = false, false, false
	}
	switch op.name {
	case "re":
		if len(n) == 4 {
			now.rect = !now.begun
			x, y := n[0].number, n[1].number
			add(box{x, y, x + n[2].number, y + n[3].number})
		}
	case "m", "l", "c", "v", "y":
		now.rect = false
		for i := 0; i+1 < len(n); i += 2 {
			add(box{n[i].number, n[i+1].number, n[i].number, n[i+1].number})
		}
	case "h":
	case "W", "W*":
		now.cuts = true
	case "f", "F", "f*", "B", "B*", "b", "b*":
		end(true)
	case "S", "s", "n":
		end(false)
	case "sh":
		p.cover(now.clip, *now)
	default:
		return false
	}
	return true
}

// cover tells when something is painted over text that stands there already.
func (p *painter) cover(b box, now state) {
	const part = .8
	b = b.cut(now.clip)
	if p.covers++; p.covered || now.faint || p.covers > mostCovers {
		return
	}
	for _, t := range p.text {
		if t.area() > 0 && b.cut(t).area() > part*t.area() {
			p.covered = true
			p.note(Finding{Code: TextCovered, Page: p.page, Data: map[string]any{"box": []float64{b.x0, b.y0, b.x1, b.y1}}})
			return
		}
	}
}

// write follows the operators of text.
func (p *painter) write(op operator, resources *pdf.Dict, now *state) error {
	n := op.operands
	number := func(i int) float64 {
		if i < len(n) {
			return n[i].number
		}
		return 0
	}
	move := func(x, y float64) {
		now.line = matrix{1, 0, 0, 1, x, y}.times(now.line)
		now.text = now.line
	}
	switch op.name {
	case "BT":
		now.text, now.line = identity, identity
	case "Tf":
		if len(n) == 2 {
			now.size = n[1].number
			wide, err := p.wide(resources, n[0].name)
			now.wide = wide
			return err
		}
	case "TL":
		now.leading = number(0)
	case "Tr":
		now.invisible = number(0) == 3 || number(0) == 7
	case "Td":
		move(number(0), number(1))
	case "TD":
		now.leading = -number(1)
		move(number(0), number(1))
	case "Tm":
		if m, ok := asMatrix(n); ok {
			now.text, now.line = m, m
		}
	case "T*":
		move(0, -now.leading)
	case "'", "\"":
		move(0, -now.leading)
		p.letters(n, now)
	case "Tj", "TJ":
		p.letters(n, now)
	}
	return nil
}

// letters notes where a text stands.
func (p *painter) letters(n []operand, now *state) {
	if len(n) == 0 {
		return
	}
	o := n[len(n)-1]
	count := float64(o.text)
	if now.wide {
		count /= 2
	}
	width := count*now.size/2 - o.shift/1000*now.size
	where := now.text.times(now.ctm).box(box{0, -.2 * now.size, width, .8 * now.size}).cut(now.clip)
	if !now.invisible && count > 0 && len(p.text) < mostBoxes && where.area() > 0 {
		p.text = append(p.text, where)
	}
	now.text = matrix{1, 0, 0, 1, width, 0}.times(now.text)
}

func (p *painter) wide(resources *pdf.Dict, font string) (bool, error) {
	d, err := p.resource(resources, "Font", font)
	if err != nil {
		return false, err
	}
	f, ok := d.(*pdf.Dict)
	return ok && f.Get("Subtype") == pdf.Name("Type0"), nil
}

func (p *painter) resource(resources *pdf.Dict, kind pdf.Name, key string) (pdf.Object, error) {
	if len(key) < 2 {
		return pdf.Null{}, nil
	}
	all, err := p.view.Resolve(resources.Get(kind))
	d, ok := all.(*pdf.Dict)
	if err != nil || !ok {
		return pdf.Null{}, p.passing(err)
	}
	value := d.Get(pdf.Name(key[1:]))
	if ref, ok := value.(pdf.Ref); ok && kind == "XObject" {
		p.drawn[ref] = true
	}
	o, err := p.view.Resolve(value)
	if err != nil {
		return pdf.Null{}, p.passing(err)
	}
	return o, nil
}

// setState takes in whether something is painted transparently.
func (p *painter) setState(resources *pdf.Dict, n []operand, now *state) error {
	if len(n) == 0 {
		return nil
	}
	o, err := p.resource(resources, "ExtGState", n[0].name)
	d, ok := o.(*pdf.Dict)
	if err != nil || !ok {
		return err
	}
	alpha, has := pdf.Number(d.Get("ca"))
	mask, blend := d.Get("SMask"), d.Get("BM")
	if has {
		now.faint = alpha < 1
	}
	now.faint = now.faint || !isNull(mask) && mask != pdf.Name("None") || !isNull(blend) && blend != pdf.Name("Normal") && blend != pdf.Name("Compatible")
	return nil
}

// draw follows a picture or a form.
func (p *painter) draw(resources *pdf.Dict, n []operand, now state) error {
	if len(n) == 0 {
		return nil
	}
	p.steps += stepsADrawing
	o, err := p.resource(resources, "XObject", n[0].name)
	stream, ok := o.(*pdf.Stream)
	if err != nil || !ok {
		return err
	}
	d := stream.Dict
	if d.Get("Subtype") == pdf.Name("Image") {
		now.faint = now.faint || !isNull(d.Get("SMask")) || !isNull(d.Get("Mask")) || d.Get("ImageMask") == pdf.Bool(true) || !isNull(d.Get("SMaskInData"))
		p.cover(now.ctm.box(box{0, 0, 1, 1}), now)
		return nil
	}
	if p.depth == deepestForm {
		return nil
	}
	if m, ok := p.numbers(d.Get("Matrix"), 6); ok {
		now.ctm = matrix(m).times(now.ctm)
	}
	if b, ok := p.rect(d.Get("BBox")); ok {
		now.clip = now.clip.cut(now.ctm.box(b))
	}
	b, err := p.bytes(stream)
	if err != nil {
		p.note(Finding{Code: BadContent, Page: p.page})
		return p.passing(err)
	}
	if err := p.ctx.Err(); err != nil {
		return err
	}
	inner, err := p.view.Resolve(d.Get("Resources"))
	if err != nil {
		return p.passing(err)
	}
	own, ok := inner.(*pdf.Dict)
	if !ok {
		own = resources
	}
	p.depth++
	defer func() { p.depth-- }()
	return p.run(b, own, now)
}
