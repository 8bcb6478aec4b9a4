package presign

import (
	"khonggiay/signing/pdf"
	"khonggiay/signing/validator"
)

// fields looks at the interactive form.
func (s *scan) fields() error {
	if !isNull(s.form.Dict.Get("XFA")) {
		s.note(Finding{Code: XFA})
	}
	filled := false
	for _, f := range s.form.Fields {
		value, err := s.view.Resolve(f.Get("V"))
		if err != nil {
			return err
		}
		has := hasValue(value)
		filled = filled || has && f.Type() != "Sig"
		if err := s.field(f, has); err != nil {
			return err
		}
	}
	if s.form.Dict.Get("NeedAppearances") == pdf.Bool(true) && filled {
		s.note(Finding{Code: NeedLook})
	}
	return nil
}

func hasValue(o pdf.Object) bool {
	switch o := o.(type) {
	case pdf.String:
		return o.Value != ""
	case pdf.Name:
		return o != "Off"
	case pdf.Array:
		return len(o) > 0
	}
	return !isNull(o)
}

func (s *scan) field(f pdf.Field, filled bool) error {
	seen := false
	found := Finding{Object: name(f.Ref), Field: f.Name}
	for _, ref := range f.Widgets {
		w, err := s.view.Dict(ref)
		if err != nil {
			return err
		}
		shows, err := s.shows(w)
		if err != nil {
			return err
		}
		seen = seen || shows
		if found.Page == 0 {
			found.Page, found.Object = s.pageOf[ref], name(ref)
		}
	}
	tell := func(code Code) {
		found.Code = code
		s.note(found)
	}
	switch {
	case f.Type() == "Sig" && !filled && seen:
		tell(SealUnsigned)
	case f.Type() == "Sig":
	case filled && !seen && (f.Type() == "Tx" || f.Type() == "Ch"):
		tell(NoLook)
	default:
		other, err := validator.ShowsOther(s.view, f)
		if err != nil {
			return err
		}
		if other {
			tell(OtherLook)
		}
	}
	return nil
}
