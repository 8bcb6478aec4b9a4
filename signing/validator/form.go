package validator

import (
	"maps"
	"slices"

	"khonggiay/signing/pdf"
)

// form compares the interactive form and each of its fields.
func (c *comparison) form(o, n *shape) {
	c.formSettings(o, n.form.Dict)
	for _, f := range o.form.Fields {
		after, ok := n.fields[f.Ref]
		if !ok {
			c.tell(place{kind: ChangeRemoved, level: forNobody, ref: f.Ref, field: f.Name})
			continue
		}
		if !c.untouched(f, after) {
			c.field(f, after)
		}
	}
	for _, f := range n.form.Fields {
		if _, ok := o.fields[f.Ref]; !ok {
			c.addedField(f, o)
		}
	}
}

func (c *comparison) formSettings(before *shape, n *pdf.Dict) {
	o := before.form.Dict
	never := place{kind: ChangeForm, level: forNobody}
	filling := place{kind: ChangeForm, level: forForm}
	c.sameDict(o, n, never, 0, "Fields", "SigFlags", "DR", "DA", "NeedAppearances")
	if !moreBits(o.Get("SigFlags"), n.Get("SigFlags"), 3) {
		c.tell(never.at("SigFlags"))
	}
	redraw := filling
	if c.differ(o.Get("NeedAppearances"), n.Get("NeedAppearances")) && c.waiting(before) {
		redraw = place{kind: ChangeBareArt, level: forNobody}
	}
	c.same(o.Get("NeedAppearances"), n.Get("NeedAppearances"), redraw.at("NeedAppearances"))
	da := never
	if isNull(o.Get("DA")) {
		da = filling
	}
	c.same(o.Get("DA"), n.Get("DA"), da.at("DA"))
	c.resources(o.Get("DR"), n.Get("DR"))
}

// moreBits reports whether a number has all bits of the old one, and of others
// only those that may come.
func moreBits(o, n pdf.Object, may pdf.Int) bool {
	if isNull(n) {
		return isNull(o)
	}
	before, okOld := o.(pdf.Int)
	after, okNew := n.(pdf.Int)
	return okNew && (okOld || isNull(o)) && before&^after == 0 && after&^before&^may == 0
}

// resources lets the form's resources grow. What is drawn for fields with them is
// text, which uses fonts; some programs keep the look of the latest signature
// under /XObject, where nobody asks for it.
func (c *comparison) resources(o, n pdf.Object) {
	never := place{kind: ChangeForm, level: forNobody, key: "DR"}
	before, err := c.old.Dict(o)
	c.fail(err)
	after, err := c.new.Dict(n)
	c.fail(err)
	if c.err != nil {
		return
	}
	for _, category := range before.Entries {
		if category.Key == "XObject" {
			c.same(category.Value, after.Get(category.Key), place{kind: ChangeForm, level: forForm, key: "DR"})
			continue
		}
		was, isDict := c.asDict(c.old, category.Value)
		now, isStill := c.asDict(c.new, after.Get(category.Key))
		if !isDict || !isStill {
			c.same(category.Value, after.Get(category.Key), never)
			continue
		}
		for _, e := range was.Entries {
			c.same(e.Value, now.Get(e.Key), never)
		}
	}
}

func (c *comparison) asDict(view *pdf.View, o pdf.Object) (*pdf.Dict, bool) {
	resolved, err := view.Resolve(o)
	c.fail(err)
	d, ok := resolved.(*pdf.Dict)
	return d, ok
}

// A rule says, for each key of a field or widget that may change, as what.
type rule map[pdf.Name]place

// links are the keys by which fields, widgets and pages hang together. The
// comparison of the form's shape covers them.
var links = []pdf.Name{"Parent", "Kids", "P", "StructParent"}

func (c *comparison) field(o, n pdf.Field) {
	never := place{kind: ChangeField, level: forNobody, ref: n.Ref, field: n.Name}
	if o.Name != n.Name || !slices.Equal(o.Parents, n.Parents) || !slices.Equal(o.Widgets, n.Widgets) {
		c.tell(never)
	}
	before := c.value(c.old, o)
	after := before
	if ref, ok := n.Get("V").(pdf.Ref); !ok || o.Get("V") != pdf.Object(ref) || c.changed[ref] {
		after = c.value(c.new, n)
	}
	signed := o.Type() == "Sig" && !isNull(before)
	for _, parent := range n.Parents {
		c.parent(parent, never, rule{"V": valuePlace(o, n, signed)})
	}
	may := c.ruleFor(o, n, before, after)
	if signed {
		never.kind = ChangeSignedField
	}
	c.node(n.Ref, o.Dict, n.Dict, never, may)
	for _, w := range n.Widgets {
		if w != n.Ref {
			c.widget(w, never, may)
		}
	}
}

// untouched reports whether nothing of a field and nothing that it leads to was
// changed.
func (c *comparison) untouched(o, n pdf.Field) bool {
	if o.Name != n.Name || !slices.Equal(o.Parents, n.Parents) || !slices.Equal(o.Widgets, n.Widgets) {
		return false
	}
	if ref, ok := n.Get("V").(pdf.Ref); ok && c.changed[ref] {
		return false
	}
	return c.clean(n.Ref, false) && !slices.ContainsFunc(slices.Concat(n.Parents, n.Widgets), func(ref pdf.Ref) bool { return !c.clean(ref, false) })
}

func (c *comparison) value(view *pdf.View, f pdf.Field) pdf.Object {
	o, err := view.Resolve(f.Get("V"))
	c.fail(err)
	return o
}

// valuePlace is as what a changed value counts.
func valuePlace(o, n pdf.Field, signed bool) place {
	p := place{kind: ChangeValue, level: forForm, ref: n.Ref, field: n.Name, locks: true}
	if o.Type() == "Sig" {
		p.kind = ChangeSigned
		if signed {
			p.kind, p.level = ChangeSignedField, forNobody
		}
	}
	return p
}

// ruleFor says what may change in a field.
func (c *comparison) ruleFor(o, n pdf.Field, before, after pdf.Object) rule {
	switch {
	case o.Type() != "Sig":
		return c.ruleForFilling(o, n, before, after)
	case !isNull(before) || isNull(after):
		return rule{}
	}
	signed := place{kind: ChangeSigned, level: forForm, ref: n.Ref, field: n.Name, locks: true}
	if !c.fresh(n) {
		signed.kind, signed.level = ChangeReused, forNobody
	}
	keys := []pdf.Name{"V", "M", "F", "Ff", "AP", "AS", "MK", "DA", "BS"}
	if isTimestamp(after) && signed.level == forForm {
		signed.kind, signed.level, signed.locks = ChangeTimestamped, forEvidence, false
		if c.hasLook(n) {
			keys = keys[:4] // anybody can have a time-stamp, so it must not look like a seal
		}
	}
	c.tell(signed)
	may := rule{}
	for _, key := range keys {
		may[key] = signed
	}
	if isNull(o.Dict.Get("Lock")) {
		may["Lock"] = signed
	}
	c.keepFlags(o, n, may)
	return may
}

// keepFlags keeps flags from hiding what was to be seen.
func (c *comparison) keepFlags(o, n pdf.Field, may rule) {
	const readOnly, print, locked, lockedContents = 1, 4, 128, 512
	if !moreBits(o.Dict.Get("Ff"), n.Dict.Get("Ff"), readOnly) {
		delete(may, "Ff")
	}
	if !moreBits(o.Dict.Get("F"), n.Dict.Get("F"), print|locked|lockedContents) {
		delete(may, "F")
	}
}

func isTimestamp(o pdf.Object) bool {
	d, ok := o.(*pdf.Dict)
	return ok && d.Get("SubFilter") == pdf.Name(subFilterTimestamp)
}

// ruleForFilling ties what is seen to what is said: an appearance may change
// with the value only, or to show it where nothing else was seen, and may not
// show another one.
func (c *comparison) ruleForFilling(o, n pdf.Field, before, after pdf.Object) rule {
	value := valuePlace(o, n, false)
	look := value
	look.kind = ChangeAppearance
	like, filled := unknown, c.differ(before, after)
	if filled || c.touched(n) {
		like = c.likenessOf(c.new, n)
	}
	if like == unlike || !filled && (like == unknown || !c.awaited(o)) {
		look.kind, look.level = ChangeBareArt, forNobody
	}
	may := rule{"V": value, "RV": look, "I": look, "TI": look, "M": look, "AS": look}
	if filled {
		may["DA"] = look
	}
	if o.Type() != "Btn" {
		may["AP"] = look
	}
	if moreBits(o.Dict.Get("Ff"), n.Dict.Get("Ff"), 1) { // whoever locks a field makes it read-only
		may["Ff"] = place{kind: ChangeForm, level: forForm, ref: n.Ref, field: n.Name}
	}
	return may
}

// touched reports whether the revision defines the field anew, or what it shows.
func (c *comparison) touched(f pdf.Field) bool {
	if c.changed[f.Ref] || slices.ContainsFunc(f.Parents, func(ref pdf.Ref) bool { return c.changed[ref] }) {
		return true
	}
	return slices.ContainsFunc(f.Widgets, func(ref pdf.Ref) bool { return c.changed[ref] }) ||
		slices.ContainsFunc(c.parts(f), func(d *pdf.Dict) bool {
			ref, _ := d.Get("AP").(pdf.Ref)
			looks, ok := c.asDict(c.new, d.Get("AP"))
			if !ok {
				return c.changed[ref]
			}
			normal, _ := looks.Get("N").(pdf.Ref)
			return c.changed[ref] || c.changed[normal]
		})
}

// parent compares what stands above a field. It may stand above thousands, so one
// that is as it was is looked at once, unless its value lies elsewhere.
func (c *comparison) parent(ref pdf.Ref, never place, may rule) {
	if c.settled[ref] {
		return
	}
	before, after, ok := c.bothDicts(ref)
	if ok {
		c.node(ref, before, after, never, may)
		c.settled[ref] = !c.changed[ref] && isPlain(before.Get("V"))
	}
}

func (c *comparison) widget(ref pdf.Ref, never place, may rule) {
	if before, after, ok := c.bothDicts(ref); ok {
		c.node(ref, before, after, never, may)
	}
}

// bothDicts reads an object on both sides, once when it is the same.
func (c *comparison) bothDicts(ref pdf.Ref) (before, after *pdf.Dict, ok bool) {
	before, err := c.old.Dict(ref)
	c.fail(err)
	after = before
	if c.changed[ref] {
		after, err = c.new.Dict(ref)
		c.fail(err)
	}
	return before, after, c.err == nil
}

// node compares a field, a parent of fields or a widget key by key.
func (c *comparison) node(ref pdf.Ref, before, after *pdf.Dict, never place, may rule) {
	never.ref = ref
	except := slices.Clone(links)
	for _, key := range slices.Sorted(maps.Keys(may)) { // the report is the same each time
		p := may[key]
		except = append(except, key)
		p.ref = ref
		c.same(before.Get(key), after.Get(key), p.at(key))
	}
	if isNull(before.Get("Type")) && after.Get("Type") == pdf.Name("Annot") {
		except = append(except, "Type") // which says no more than /Subtype does
	}
	c.sameDict(before, after, never, 0, except...)
	if isNull(before.Get("Kids")) != isNull(after.Get("Kids")) {
		c.tell(never.at("Kids"))
	}
	if page := before.Get("P"); !isNull(page) && !pdf.Equal(page, after.Get("P")) {
		c.tell(never.at("P"))
	}
}

// addedField lets signature fields come, and those only.
func (c *comparison) addedField(f pdf.Field, o *shape) {
	p := place{kind: ChangeFieldAdded, level: forForm, ref: f.Ref, field: f.Name}
	value := c.value(c.new, f)
	switch {
	case f.Type() != "Sig" || c.wasThere(f, o):
		p.kind, p.level = ChangeOtherField, forNobody
	case isNull(value):
		if c.hasLook(f) {
			p.kind, p.level = ChangeUnsignedArt, forNobody
		}
	case !isTimestamp(value):
		p.kind = ChangeSigned
	case c.hasLook(f):
		p.kind, p.level = ChangeUnsignedArt, forNobody // anybody can have a time-stamp
	default:
		p.kind, p.level = ChangeTimestamped, forEvidence
	}
	if !c.fresh(f) {
		p.kind, p.level = ChangeReused, forNobody
	}
	if c.acts(f) {
		p.kind, p.level = ChangeAction, forNobody
	}
	c.tell(p)
}

// fresh reports whether the value of a signature field came with it. One that
// was there before vouches for nothing that the field shows now.
func (c *comparison) fresh(f pdf.Field) bool {
	ref, ok := f.Get("V").(pdf.Ref)
	if !ok {
		return true
	}
	o, err := c.old.Get(ref)
	c.fail(err)
	return isNull(o)
}

// wasThere reports whether a widget of a new field, or the field, was something
// else before.
func (c *comparison) wasThere(f pdf.Field, o *shape) bool {
	return slices.ContainsFunc(append([]pdf.Ref{f.Ref}, f.Widgets...), func(ref pdf.Ref) bool {
		_, there := c.old.Where(ref)
		_, widget := o.widgets[ref]
		return there || widget
	})
}

// parts are the dictionaries of a field: its own and its widgets'.
func (c *comparison) parts(f pdf.Field) []*pdf.Dict {
	parts := []*pdf.Dict{f.Dict}
	for _, w := range f.Widgets {
		if w != f.Ref {
			d, err := c.new.Dict(w)
			c.fail(err)
			if err == nil {
				parts = append(parts, d)
			}
		}
	}
	return parts
}

// hasLook reports whether a field shows something: a rectangle with an area and
// an appearance that is not empty, or a background that readers draw.
func (c *comparison) hasLook(f pdf.Field) bool {
	return slices.ContainsFunc(c.parts(f), func(d *pdf.Dict) bool {
		if paint, ok := c.asDict(c.new, d.Get("MK")); ok && c.hasArea(d.Get("Rect")) && !isNull(paint.Get("BG")) {
			return true
		}
		looks, ok := c.asDict(c.new, d.Get("AP"))
		return ok && c.hasArea(d.Get("Rect")) && slices.ContainsFunc(looks.Entries, func(e pdf.Entry) bool {
			o, err := c.new.Resolve(e.Value)
			c.fail(err)
			s, isStream := o.(*pdf.Stream)
			return !isNull(o) && (!isStream || s.Len() > 0)
		})
	})
}

func (c *comparison) hasArea(o pdf.Object) bool {
	r, err := c.new.Array(o)
	c.fail(err)
	if len(r) != 4 {
		return len(r) > 0
	}
	var n [4]float64
	for i := range r {
		x, err := c.new.Resolve(r[i])
		c.fail(err)
		n[i], _ = pdf.Number(x)
	}
	return n[0] != n[2] && n[1] != n[3]
}

// acts reports whether a field makes the reader do something.
func (c *comparison) acts(f pdf.Field) bool {
	return slices.ContainsFunc(c.parts(f), func(d *pdf.Dict) bool {
		return !isNull(d.Get("A")) || !isNull(d.Get("AA"))
	})
}
