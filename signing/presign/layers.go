package presign

import "khonggiay/signing/pdf"

// layers looks at optional content (ISO 32000-2, 8.11).
func (s *scan) layers() error {
	catalog, err := s.view.Catalog()
	if err != nil {
		return err
	}
	p, err := s.view.Dict(catalog.Get("OCProperties"))
	if err != nil || len(p.Entries) == 0 {
		return err
	}
	groups, err := s.view.Array(p.Get("OCGs"))
	if err != nil {
		return err
	}
	s.note(Finding{Code: Layers, Data: map[string]any{"layers": len(groups)}})
	d, err := s.view.Dict(p.Get("D"))
	if err != nil {
		return err
	}
	others, err := s.view.Array(p.Get("Configs"))
	if err != nil {
		return err
	}
	if base := d.Get("BaseState"); !isNull(base) && base != pdf.Name("ON") || len(others) > 0 || !isNull(d.Get("AS")) {
		s.note(Finding{Code: LayerHidden})
	}
	off, err := s.view.Array(d.Get("OFF"))
	if err != nil {
		return err
	}
	for _, o := range off {
		group, err := s.view.Dict(o)
		if err != nil {
			return err
		}
		title, _ := group.Get("Name").(pdf.String)
		s.note(Finding{Code: LayerHidden, Object: objectName(o), Data: map[string]any{"name": title.Text()}})
	}
	return nil
}
