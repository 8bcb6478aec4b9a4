package pdf

// A Field is a terminal field of the interactive form.
type Field struct {
	Ref     Ref
	Dict    *Dict
	Name    string // the partial names from the root on, joined by dots
	Parents []Ref  // the nearest first
	Widgets []Ref  // the field itself when both are one dictionary
	// Inherited holds FT, Ff, V, DV, DA, Q and MaxLen of the ancestors.
	Inherited *Dict
}

// Get returns what holds for the field: its own value of a key or the inherited one.
func (f Field) Get(key Name) Object {
	if o := f.Dict.Get(key); !isNull(o) {
		return o
	}
	return f.Inherited.Get(key)
}

// Type is /FT, or "".
func (f Field) Type() Name {
	name, _ := f.Get("FT").(Name)
	return name
}

// A Form is the interactive form of the document.
type Form struct {
	Dict       *Dict
	Fields     []Field
	Duplicates []string // full names of more than one field
}

var inheritedByFields = []Name{"FT", "Ff", "V", "DV", "DA", "Q", "MaxLen"}

// Form reads the interactive form; nil when the document has none. A field that
// the form reaches twice is a *FormatError.
func (v *View) Form() (*Form, error) {
	catalog, err := v.Catalog()
	if err != nil || isNull(catalog.Get("AcroForm")) {
		return nil, err
	}
	d, err := v.Dict(catalog.Get("AcroForm"))
	if err != nil {
		return nil, err
	}
	roots, err := v.Array(d.Get("Fields"))
	if err != nil {
		return nil, err
	}
	w := &fieldWalk{view: v, seen: map[Ref]bool{}, form: &Form{Dict: d}}
	for _, root := range roots {
		if err := w.read(root, fieldNode{inherited: &Dict{}}); err != nil {
			return nil, err
		}
	}
	w.form.Duplicates = duplicates(w.form.Fields)
	return w.form, nil
}

func duplicates(fields []Field) []string {
	var twice []string
	count := map[string]int{}
	for _, f := range fields {
		if count[f.Name]++; count[f.Name] == 2 {
			twice = append(twice, f.Name)
		}
	}
	return twice
}

type fieldWalk struct {
	view *View
	seen map[Ref]bool
	form *Form
}

// A fieldNode is what a field has from its ancestors.
type fieldNode struct {
	name      string
	parents   []Ref
	inherited *Dict
}

// dict reads a field or widget, which is always an object of its own.
func (w *fieldWalk) dict(o Object) (Ref, *Dict, error) {
	ref, ok := o.(Ref)
	if !ok {
		return Ref{}, nil, w.view.wrong(o, "a reference to a field")
	}
	if w.seen[ref] {
		return Ref{}, nil, w.view.wrong(ref, "reached once only in the form")
	}
	w.seen[ref] = true
	d, err := w.view.Dict(ref)
	return ref, d, err
}

func (w *fieldWalk) read(o Object, above fieldNode) error {
	ref, d, err := w.dict(o)
	if err != nil {
		return err
	}
	return w.field(ref, d, above)
}

func (w *fieldWalk) field(ref Ref, d *Dict, above fieldNode) error {
	if len(above.parents) == w.view.file.budget.Depth {
		return &LimitError{"levels of the form", int64(len(above.parents))}
	}
	f := Field{Ref: ref, Dict: d, Name: above.name, Parents: above.parents, Inherited: above.inherited}
	if err := w.extendName(&f, ref, d); err != nil {
		return err
	}
	kids, err := w.view.Array(d.Get("Kids"))
	if err != nil {
		return err
	}
	below := fieldNode{f.Name, append([]Ref{ref}, above.parents...), inherit(above.inherited, d, inheritedByFields)}
	terminal := true
	for _, kid := range kids {
		kidRef, kidDict, err := w.dict(kid)
		if err != nil {
			return err
		}
		if isNull(kidDict.Get("T")) {
			f.Widgets = append(f.Widgets, kidRef)
			continue
		}
		terminal = false
		if err := w.field(kidRef, kidDict, below); err != nil {
			return err
		}
	}
	if d.Get("Subtype") == Name("Widget") {
		f.Widgets = append(f.Widgets, ref)
	}
	if terminal || len(f.Widgets) > 0 {
		w.form.Fields = append(w.form.Fields, f)
	}
	return nil
}

// extendName adds the partial name of a field.
func (w *fieldWalk) extendName(f *Field, ref Ref, d *Dict) error {
	o, err := w.view.Resolve(d.Get("T"))
	if err != nil || isNull(o) {
		return err
	}
	t, ok := o.(String)
	if !ok {
		return w.view.wrong(ref, "a field with a name")
	}
	if f.Name != "" {
		f.Name += "."
	}
	f.Name += t.Text()
	return nil
}
