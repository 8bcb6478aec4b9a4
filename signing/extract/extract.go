// Package extract makes a file of some pages of a PDF, for an extract of a
// document (trích sao). The pages look as they did: what signatures, stamps and
// filled-in fields show becomes part of them. Nothing else comes along: no form,
// no signature, no action, no attached file, no earlier revision.
package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"khonggiay/signing/pdf"
)

// ErrNoPage: a page is asked for that the file does not have.
var ErrNoPage = errors.New("extract: no such page")

// Pages writes a file of the pages, counted from 1, in the order given. Besides
// ErrNoPage it returns what pdf.Open does, as for an encrypted file.
func Pages(file io.ReaderAt, size int64, out io.Writer, numbers []int) error {
	f, err := pdf.Open(file, size)
	if err != nil {
		return err
	}
	c := &copier{from: f.Newest(), copied: map[pdf.Ref]pdf.Ref{}}
	all, err := c.from.Pages()
	if err != nil {
		return err
	}
	base := blank()
	empty, err := pdf.Open(bytes.NewReader(base), int64(len(base)))
	if err != nil {
		return err
	}
	if c.to, err = pdf.NewUpdate(empty.Newest()); err != nil {
		return err
	}
	kids := pdf.Array{}
	for _, n := range numbers {
		if n < 1 || n > len(all) {
			return ErrNoPage
		}
		d, err := c.page(all[n-1])
		if err != nil {
			return err
		}
		kids = append(kids, c.to.Add(d))
	}
	if err := c.finish(kids); err != nil {
		return err
	}
	if _, err := out.Write(base); err != nil {
		return err
	}
	_, err = c.to.Append(out)
	return err
}

var (
	catalogRef = pdf.Ref{Num: 1}
	treeRef    = pdf.Ref{Num: 2}
)

// blank is a file without pages.
func blank() []byte {
	b := bytes.NewBufferString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var table []int
	for i, o := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"} {
		table = append(table, b.Len())
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(b, "xref\n0 3\n0000000000 65535 f\r\n%010d 00000 n\r\n%010d 00000 n\r\ntrailer\n<</Size 3/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table[0], table[1], at)
	return b.Bytes()
}

// copier takes over objects and what they lead to.
type copier struct {
	from   *pdf.View
	to     *pdf.Update
	copied map[pdf.Ref]pdf.Ref
	queue  []pdf.Ref // of the old file: named, not read yet
}

// finish reads what was named, and writes the catalog: layers that the file hides
// stay hidden.
func (c *copier) finish(kids pdf.Array) error {
	before, err := c.from.Catalog()
	if err != nil {
		return err
	}
	catalog := pdf.NewDict(pdf.Name("Type"), pdf.Name("Catalog"), pdf.Name("Pages"), treeRef)
	if layers := before.Get("OCProperties"); layers != pdf.Object(pdf.Null{}) {
		taken, err := c.take(layers)
		if err != nil {
			return err
		}
		catalog.Set("OCProperties", taken)
	}
	for len(c.queue) > 0 {
		ref := c.queue[0]
		c.queue = c.queue[1:]
		o, err := c.from.Get(ref)
		if err != nil {
			return err
		}
		if o, err = c.take(o); err != nil {
			return err
		}
		if err := c.to.Set(c.copied[ref], o); err != nil {
			return err
		}
	}
	tree := pdf.NewDict(pdf.Name("Type"), pdf.Name("Pages"), pdf.Name("Kids"), kids, pdf.Name("Count"), pdf.Int(len(kids)))
	return errors.Join(c.to.Set(catalogRef, catalog), c.to.Set(treeRef, tree))
}

// left are keys by which objects hang on what does not come along: the tags and
// threads of the document, its pages and fields, and data of programs.
var left = []pdf.Name{"Parent", "P", "StructParent", "StructParents", "Metadata", "PieceInfo", "AA", "OpenAction"}

// take copies an object; what it refers to waits in the queue.
func (c *copier) take(o pdf.Object) (pdf.Object, error) {
	switch o := o.(type) {
	case pdf.Ref:
		ref, ok := c.copied[o]
		if !ok {
			ref = c.to.Add(pdf.Null{})
			c.copied[o] = ref
			c.queue = append(c.queue, o)
		}
		return ref, nil
	case pdf.Array:
		out := make(pdf.Array, len(o))
		for i := range o {
			var err error
			if out[i], err = c.take(o[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case *pdf.Dict:
		if kind := o.Get("Type"); kind == pdf.Object(pdf.Name("Page")) || kind == pdf.Object(pdf.Name("Pages")) || kind == pdf.Object(pdf.Name("Catalog")) {
			return pdf.Null{}, nil
		}
		return c.dict(o, left...)
	case *pdf.Stream:
		return c.stream(o)
	}
	return o, nil
}

func (c *copier) dict(d *pdf.Dict, without ...pdf.Name) (*pdf.Dict, error) {
	out := &pdf.Dict{}
	for _, e := range d.Entries {
		if slices.Contains(without, e.Key) {
			continue
		}
		o, err := c.take(e.Value)
		if err != nil {
			return nil, err
		}
		out.Set(e.Key, o)
	}
	return out, nil
}

// stream copies a stream; its bytes are read when the new file is written.
func (c *copier) stream(s *pdf.Stream) (*pdf.Stream, error) {
	d, err := c.dict(s.Dict, append(slices.Clone(left), "Length")...)
	if err != nil {
		return nil, err
	}
	out := *s
	out.Dict = d
	return &out, nil
}
