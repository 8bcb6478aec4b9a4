package app

import "strings"

// SearchText is what the index holds of a record, not folded: a title, which
// counts more, and a body. Kinds that are not searched return nothing.
func SearchText(r Record) (title, body string) {
	switch r := r.(type) {
	case *Document:
		return documentText(r)
	case *Person:
		return r.Name, join(r.Email, r.Phone)
	case *Unit:
		return join(r.Name, r.Short), join(r.Organ, r.Notation)
	case *Template:
		return r.Text, ""
	case *Group:
		return r.Name, ""
	}
	return "", ""
}

func documentText(d *Document) (title, body string) {
	name := ""
	if t, ok := TypeOf(d.Type); ok {
		name = t.Name
	}
	title = join(d.Code(), name, d.Subject)
	parts := []string{d.OrganName, d.Summary, d.Signer.Name, d.Signer.Position, d.Field, d.ToPlaces,
		d.FileCode.Notation, d.Circulation, d.DrafterNotation}
	for _, k := range d.CurrentFiles() {
		parts = append(parts, d.Files[k].Name)
	}
	for _, k := range sortedKeys(d.Directives) {
		dir := d.Directives[k]
		parts = append(parts, dir.Text)
		for _, who := range sortedKeys(dir.Tasks) {
			parts = append(parts, dir.Tasks[who].Answer)
		}
	}
	for _, k := range sortedKeys(d.Remarks) {
		parts = append(parts, d.Remarks[k].Text)
	}
	return title, join(parts...)
}

func join(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p)
	}
	return b.String()
}
