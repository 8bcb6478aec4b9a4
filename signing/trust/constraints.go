package trust

import (
	"crypto/x509"
	stdasn1 "encoding/asn1"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

var (
	oidSAN             = stdasn1.ObjectIdentifier{2, 5, 29, 17}
	oidNameConstraints = stdasn1.ObjectIdentifier{2, 5, 29, 30}
)

// The forms of GeneralName that are compared here (RFC 5280, 4.2.1.6).
const (
	formEmail     = 1
	formDNS       = 2
	formDirectory = 4
	formURI       = 6
)

// A generalName is the form and the content of one GeneralName.
type generalName struct {
	form  int
	value []byte
}

func readGeneralName(s *cryptobyte.String) (generalName, bool) {
	var value cryptobyte.String
	var tag asn1.Tag
	if !s.ReadAnyASN1(&value, &tag) {
		return generalName{}, false
	}
	return generalName{form: int(tag & 0x1f), value: value}, true
}

// names is what a certificate says its holder is called.
type names struct {
	directories []dn
	emails      []string
	others      []int // forms of other names
}

func namesOf(c *x509.Certificate) (n names, ok bool) {
	subject, emails, ok := readDN(c.RawSubject)
	if !ok {
		return n, false
	}
	n.emails = emails
	if len(subject) > 0 {
		n.directories = append(n.directories, subject)
	}
	ext := extension(c, oidSAN)
	if ext == nil {
		return n, true
	}
	input := cryptobyte.String(ext)
	var seq cryptobyte.String
	if !input.ReadASN1(&seq, asn1.SEQUENCE) {
		return n, false
	}
	for !seq.Empty() {
		name, ok := readGeneralName(&seq)
		if !ok {
			return n, false
		}
		switch name.form {
		case formDirectory:
			d, _, ok := readDN(name.value)
			if !ok {
				return n, false
			}
			n.directories = append(n.directories, d)
		case formEmail:
			n.emails = append(n.emails, string(name.value))
		default:
			n.others = append(n.others, name.form)
		}
	}
	return n, true
}

// nameRules are the name constraints of one CA.
type nameRules struct{ permitted, excluded []generalName }

func readNameRules(der []byte) (r nameRules, ok bool) {
	input := cryptobyte.String(der)
	var seq, part cryptobyte.String
	var there bool
	if !input.ReadASN1(&seq, asn1.SEQUENCE) {
		return r, false
	}
	for i, list := range []*[]generalName{&r.permitted, &r.excluded} {
		if !seq.ReadOptionalASN1(&part, &there, asn1.Tag(i).Constructed().ContextSpecific()) {
			return r, false
		}
		for there && !part.Empty() {
			var subtree cryptobyte.String
			if !part.ReadASN1(&subtree, asn1.SEQUENCE) {
				return r, false
			}
			name, ok := readGeneralName(&subtree)
			if !ok || !subtree.Empty() { // minimum and maximum are not used (4.2.1.10)
				return r, false
			}
			if _, _, ok := readDN(name.value); name.form == formDirectory && !ok {
				return r, false
			}
			*list = append(*list, name)
		}
	}
	return r, seq.Empty()
}

// allow reports whether the CA may certify the names. dNSName constraints say
// nothing about persons and are passed over; a name of a form that is
// constrained and cannot be compared here is refused.
func (r nameRules) allow(n names) bool {
	for _, d := range n.directories {
		if !r.allowOne(formDirectory, func(v []byte) bool {
			tree, _, ok := readDN(v)
			return ok && d.within(tree)
		}) {
			return false
		}
	}
	for _, e := range n.emails {
		if !strings.Contains(e, "@") {
			n.others = append(n.others, formEmail)
		} else if !r.allowOne(formEmail, func(v []byte) bool { return emailWithin(e, string(v)) }) {
			return false
		}
	}
	for _, form := range n.others {
		constrained := func(g generalName) bool { return g.form == form && form != formDNS }
		if slices.ContainsFunc(r.permitted, constrained) || slices.ContainsFunc(r.excluded, constrained) {
			return false
		}
	}
	return true
}

func (r nameRules) allowOne(form int, match func([]byte) bool) bool {
	constrained, permitted := false, false
	for _, g := range r.permitted {
		if g.form == form {
			constrained = true
			permitted = permitted || match(g.value)
		}
	}
	for _, g := range r.excluded {
		if g.form == form && match(g.value) {
			return false
		}
	}
	return permitted || !constrained
}

// emailWithin compares a mailbox with an rfc822Name constraint: a mailbox, a
// host, or a domain with a leading dot.
func emailWithin(mailbox, constraint string) bool {
	at := strings.LastIndexByte(mailbox, '@')
	if at < 0 {
		return false
	}
	host := mailbox[at+1:]
	switch {
	case strings.Contains(constraint, "@"):
		i := strings.LastIndexByte(constraint, '@')
		return mailbox[:at] == constraint[:i] && strings.EqualFold(host, constraint[i+1:])
	case strings.HasPrefix(constraint, "."):
		return len(host) > len(constraint) && strings.EqualFold(host[len(host)-len(constraint):], constraint)
	}
	return strings.EqualFold(host, constraint)
}

// extension returns the value of the extension, or nil.
func extension(c *x509.Certificate, oid stdasn1.ObjectIdentifier) []byte {
	for _, e := range c.Extensions {
		if e.Id.Equal(oid) {
			return e.Value
		}
	}
	return nil
}
