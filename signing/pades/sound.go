package pades

import (
	"errors"
	"io"
	"slices"

	"khonggiay/signing/pdf"
)

// checkFirst refuses what must not be under a first signature: a form that shows
// what the pages do not hold, and whatever another program may read as another
// document, now or after something has been appended.
func checkFirst(v *pdf.View, form *pdf.Form) error {
	if form != nil && !isNull(form.Dict.Get("XFA")) {
		return refuse(XFA, "")
	}
	if form != nil && len(form.Duplicates) > 0 {
		return refuse(DuplicateFields, form.Duplicates[0])
	}
	found := &RefusedError{Reason: Unsound}
	if err := errors.Join(found.objects(v), found.unused(v.File())); err != nil {
		return err
	}
	if len(found.Oddities)+len(found.Gaps)+len(found.Dangling) == 0 {
		return nil
	}
	found.Oddities = found.Oddities[:min(mostReported, len(found.Oddities))]
	found.Gaps = found.Gaps[:min(mostReported, len(found.Gaps))]
	return found
}

// mostReported bounds what a refusal lists of one kind.
const mostReported = 20

// objects looks at each object of the file.
func (e *RefusedError) objects(v *pdf.View) error {
	size, _ := v.Trailer().Get("Size").(pdf.Int)
	for ref := range v.Refs() {
		item, err := v.Read(ref)
		if err != nil {
			return err
		}
		e.Oddities = append(e.Oddities, item.Oddities...)
		e.beyond(item.Object, size)
	}
	e.Oddities = append(v.File().Oddities(), e.Oddities...)
	return nil
}

// beyond collects references to numbers that an update will give to its objects.
func (e *RefusedError) beyond(o pdf.Object, size pdf.Int) {
	switch o := o.(type) {
	case pdf.Ref:
		if pdf.Int(o.Num) >= size && len(e.Dangling) < mostReported && !slices.Contains(e.Dangling, o) {
			e.Dangling = append(e.Dangling, o)
		}
	case pdf.Array:
		for _, x := range o {
			e.beyond(x, size)
		}
	case *pdf.Dict:
		for _, entry := range o.Entries {
			e.beyond(entry.Value, size)
		}
	case *pdf.Stream:
		e.beyond(o.Dict, size)
	}
}

func (e *RefusedError) unused(f *pdf.File) error {
	for i := range f.Revisions() {
		gaps, err := f.Gaps(i)
		if err != nil {
			return err
		}
		e.Gaps = append(e.Gaps, gaps...)
	}
	return nil
}

// Check returns what Sign would refuse the file for before it looks at what is to
// be signed: a *RefusedError, or what pdf.Open returns; nil when it can be signed.
func Check(file io.ReaderAt, size int64) error {
	_, err := openEditor(file, size)
	return err
}
