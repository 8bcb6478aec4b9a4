package app

// PeopleIn lists the persons whom the scopes name today, sorted: by themselves,
// by their roles and by their units. Who acts for somebody else is not among them.
func (d *Directory) PeopleIn(scopes []Scope, at Time) []ID {
	var out []ID
	for _, s := range scopes {
		of, ok := s.Parts()
		if !ok {
			continue
		}
		switch of.Kind {
		case OfPerson, OfWork:
			out = append(out, of.Person)
		case OfRole:
			for _, p := range d.Holders(of.Unit, of.Role, at.Date()) {
				out = append(out, p.ID)
			}
		case OfUnit:
			for _, h := range d.People(of.Unit, at.Date()) {
				out = append(out, h.Person.ID)
			}
		}
	}
	return sortedSet(out)
}
