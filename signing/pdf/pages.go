package pdf

// A Page is a page of the document.
type Page struct {
	Ref  Ref
	Dict *Dict
	// Inherited holds what the page has from its ancestors and does not state
	// itself: Resources, MediaBox, CropBox and Rotate.
	Inherited *Dict
}

// Get returns what holds for the page: its own value of a key or the inherited one.
func (p Page) Get(key Name) Object {
	if o := p.Dict.Get(key); !isNull(o) {
		return o
	}
	return p.Inherited.Get(key)
}

var inheritable = []Name{"Resources", "MediaBox", "CropBox", "Rotate"}

// Pages lists the pages in order. A node that the tree reaches twice is a
// *FormatError: it would be two pages to one reader and one, or none, to another.
func (v *View) Pages() ([]Page, error) {
	catalog, err := v.Catalog()
	if err != nil {
		return nil, err
	}
	w := &pageWalk{view: v, seen: map[Ref]bool{}}
	root, ok := catalog.Get("Pages").(Ref)
	if !ok {
		return nil, v.wrong(v.Trailer().Get("Root"), "a catalog with pages")
	}
	if err := w.node(root, &Dict{}, 0); err != nil {
		return nil, err
	}
	return w.pages, nil
}

type pageWalk struct {
	view  *View
	seen  map[Ref]bool
	pages []Page
}

func (w *pageWalk) node(o Object, inherited *Dict, depth int) error {
	ref, ok := o.(Ref)
	if !ok {
		return w.view.wrong(o, "a reference to a page")
	}
	if w.seen[ref] {
		return w.view.wrong(ref, "reached once only in the page tree")
	}
	w.seen[ref] = true
	if depth == w.view.file.budget.Depth {
		return &LimitError{"levels of the page tree", int64(depth)}
	}
	d, err := w.view.Dict(ref)
	if err != nil {
		return err
	}
	switch d.Get("Type") {
	case Name("Page"):
		w.pages = append(w.pages, Page{ref, d, inherited})
		return nil
	case Name("Pages"):
	default:
		return w.view.wrong(ref, "a page or a node of the page tree")
	}
	kids, err := w.view.Array(d.Get("Kids"))
	if err != nil {
		return err
	}
	below := inherit(inherited, d, inheritable)
	for _, kid := range kids {
		if err := w.node(kid, below, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// inherit is what the children of a node have from it and its ancestors. It is
// shared by them as long as nothing changes.
func inherit(above, node *Dict, keys []Name) *Dict {
	out := above
	for _, key := range keys {
		if o := node.Get(key); !isNull(o) {
			if out == above {
				out = above.Clone()
			}
			out.Set(key, o)
		}
	}
	return out
}
