package pades

import (
	"fmt"
	"io"
	"slices"

	"khonggiay/signing/pdf"
)

// An editor collects the changes of one update. Objects are changed in copies;
// those that end as they began are not written.
type editor struct {
	view    *pdf.View
	update  *pdf.Update
	root    pdf.Ref
	dicts   map[pdf.Ref]*pdf.Dict
	arrays  map[pdf.Ref]pdf.Array
	owned   map[*pdf.Dict]bool // copies that may be changed
	fields  []pdf.Field        // those of the file, and new ones
	earlier history
}

func openEditor(file io.ReaderAt, size int64) (*editor, error) {
	f, err := pdf.Open(file, size)
	if err != nil {
		return nil, err
	}
	e := &editor{view: f.Newest(), dicts: map[pdf.Ref]*pdf.Dict{}, arrays: map[pdf.Ref]pdf.Array{}, owned: map[*pdf.Dict]bool{}}
	form, err := e.view.Form()
	if err != nil {
		return nil, err
	}
	if form != nil {
		e.fields = form.Fields
	}
	if e.earlier, err = readHistory(e.view, e.fields); err != nil {
		return nil, err
	}
	if !e.earlier.signed {
		if err := checkFirst(e.view, form); err != nil {
			return nil, err
		}
	}
	root, ok := e.view.Trailer().Get("Root").(pdf.Ref)
	if !ok {
		return nil, &pdf.FormatError{Offset: f.Size(), What: "a catalog that is no object of its own"}
	}
	e.root = root
	e.update, err = pdf.NewUpdate(e.view)
	return e, err
}

// add gives a new dictionary a number; it may be changed until the update is written.
func (e *editor) add(d *pdf.Dict) pdf.Ref {
	ref := e.update.Add(d)
	e.dicts[ref], e.owned[d] = d, true
	return ref
}

// edit returns the copy of a dictionary object that is to be changed.
func (e *editor) edit(ref pdf.Ref) (*pdf.Dict, error) {
	if d, ok := e.dicts[ref]; ok {
		return d, nil
	}
	o, err := e.view.Get(ref)
	if err != nil {
		return nil, err
	}
	d, ok := o.(*pdf.Dict)
	if !ok {
		return nil, &pdf.FormatError{Offset: e.view.Revision().End, What: fmt.Sprintf("object %d, which is not a dictionary", ref.Num)}
	}
	d = d.Clone()
	e.dicts[ref], e.owned[d] = d, true
	return d, nil
}

func (e *editor) catalog() (*pdf.Dict, error) { return e.edit(e.root) }

// sub returns the dictionary under a key, to be changed. One that is missing is
// made: an object of its own if later signatures will change it too.
func (e *editor) sub(d *pdf.Dict, key pdf.Name, own bool) (*pdf.Dict, error) {
	if ref, ok := d.Get(key).(pdf.Ref); ok {
		if _, there := e.view.Where(ref); there || e.dicts[ref] != nil {
			return e.edit(ref)
		}
		d.Remove(key)
	}
	old, err := e.view.Dict(d.Get(key))
	if err != nil || e.owned[old] {
		return old, err
	}
	missing := isNull(d.Get(key))
	old = old.Clone()
	if missing && own {
		d.Set(key, e.add(old))
		return old, nil
	}
	e.owned[old] = true
	d.Set(key, old)
	return old, nil
}

// array returns the array under a key as it stands now.
func (e *editor) array(d *pdf.Dict, key pdf.Name) (pdf.Array, error) {
	if ref, ok := d.Get(key).(pdf.Ref); ok && e.arrays[ref] != nil {
		return e.arrays[ref], nil
	}
	return e.view.Array(d.Get(key))
}

// appendTo adds to the array under a key, wherever that lies.
func (e *editor) appendTo(d *pdf.Dict, key pdf.Name, o pdf.Object) error {
	array, err := e.array(d, key)
	if err != nil {
		return err
	}
	array = append(slices.Clone(array), o)
	ref, _ := d.Get(key).(pdf.Ref)
	if _, there := e.view.Where(ref); there {
		e.arrays[ref] = array
	} else {
		d.Set(key, array)
	}
	return nil
}

// flush hands over what has changed.
func (e *editor) flush() error {
	for ref, d := range e.dicts {
		if _, old := e.view.Where(ref); !old {
			continue // added
		}
		before, err := e.view.Get(ref)
		if err != nil {
			return err
		}
		if pdf.Equal(before, d) {
			continue
		}
		if err := e.update.Set(ref, d); err != nil {
			return err
		}
	}
	for ref, a := range e.arrays {
		if err := e.update.Set(ref, a); err != nil {
			return err
		}
	}
	return nil
}

func isNull(o pdf.Object) bool { return o == nil || o == pdf.Object(pdf.Null{}) }
