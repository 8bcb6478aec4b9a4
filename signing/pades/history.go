package pades

import (
	"slices"
	"strings"

	"khonggiay/signing/pdf"
)

// A signature is a signed field of the file.
type signature struct {
	field pdf.Field
	dict  *pdf.Dict
}

// timestamp reports whether it is a document time-stamp.
func (s signature) timestamp() bool { return s.dict.Get("SubFilter") == pdf.Name("ETSI.RFC3161") }

// A history is what earlier signatures permit.
type history struct {
	signed     bool
	signatures []signature
	permission Permission // the strictest of all, 0 when nobody has certified
	locks      []Lock
}

func readHistory(v *pdf.View, fields []pdf.Field) (history, error) {
	h := history{}
	for _, f := range fields {
		if f.Type() != "Sig" || isNull(f.Get("V")) {
			continue
		}
		d, err := v.Dict(f.Get("V"))
		if err != nil {
			return h, err
		}
		h.signatures = append(h.signatures, signature{f, d})
		if err := h.readTransforms(v, d); err != nil {
			return h, err
		}
		if err := h.readParams(v, "FieldMDP", f.Dict.Get("Lock")); err != nil {
			return h, err
		}
	}
	err := h.readPerms(v)
	h.signed = h.signed || len(h.signatures) > 0
	return h, err
}

// readPerms reads the certification that the catalog names; it counts even if no
// field holds it.
func (h *history) readPerms(v *pdf.View) error {
	catalog, err := v.Catalog()
	if err != nil {
		return err
	}
	perms, err := v.Dict(catalog.Get("Perms"))
	if err != nil || isNull(perms.Get("DocMDP")) {
		return err
	}
	h.signed = true
	d, err := v.Dict(perms.Get("DocMDP"))
	if err != nil {
		return err
	}
	return h.readTransforms(v, d)
}

func (h *history) readTransforms(v *pdf.View, sig *pdf.Dict) error {
	list, err := v.Array(sig.Get("Reference"))
	if err != nil {
		return err
	}
	for _, o := range list {
		d, err := v.Dict(o)
		if err != nil {
			return err
		}
		method, _ := d.Get("TransformMethod").(pdf.Name)
		if err := h.readParams(v, method, d.Get("TransformParams")); err != nil {
			return err
		}
	}
	return nil
}

// readParams reads transform parameters, or the /Lock of a signed field, which
// may restrict the whole document too (ISO 32000-2, table 237).
func (h *history) readParams(v *pdf.View, method pdf.Name, o pdf.Object) error {
	params, err := v.Dict(o)
	if err != nil {
		return err
	}
	p, ok := params.Get("P").(pdf.Int)
	if !ok && method == "DocMDP" {
		p, ok = pdf.Int(FillForms), true // the default of ISO 32000-2, table 257
	}
	if ok && (h.permission == 0 || Permission(p) < h.permission) {
		h.permission = max(Permission(p), NoChanges)
	}
	action, ok := params.Get("Action").(pdf.Name)
	if !ok || method != "FieldMDP" {
		return nil
	}
	names, err := v.Array(params.Get("Fields"))
	if err != nil {
		return err
	}
	lock := Lock{Action: LockAction(action)}
	for _, n := range names {
		if s, ok := n.(pdf.String); ok {
			lock.Fields = append(lock.Fields, s.Text())
		}
	}
	h.locks = append(h.locks, lock)
	return nil
}

// locked reports whether an earlier signature has locked the field.
func (h history) locked(field string) bool {
	return slices.ContainsFunc(h.locks, func(l Lock) bool { return l.covers(field) })
}

// covers reports whether the lock holds the field; a name in it means the fields
// below it as well.
func (l Lock) covers(field string) bool {
	named := slices.ContainsFunc(l.Fields, func(name string) bool {
		return field == name || strings.HasPrefix(field, name+".")
	})
	switch l.Action {
	case LockInclude:
		return named
	case LockExclude:
		return !named
	}
	return true // All, and what the standard does not know
}
