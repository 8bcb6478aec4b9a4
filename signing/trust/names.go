package trust

import (
	stdasn1 "encoding/asn1"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A distinguished name as it is compared (RFC 5280, 7.1): one string for each
// RDN, upper and lower case alike, runs of blanks as one, whatever the string
// type. Two encodings of one name are then equal.
type dn []string

// emailAttribute is the emailAddress of PKCS #9 in a subject.
const emailAttribute = "1.2.840.113549.1.9.1"

// readDN reads a DER Name; emails are its emailAddress attributes.
func readDN(der []byte) (name dn, emails []string, ok bool) {
	input := cryptobyte.String(der)
	var seq cryptobyte.String
	if !input.ReadASN1(&seq, asn1.SEQUENCE) || !input.Empty() {
		return nil, nil, false
	}
	for !seq.Empty() {
		var set cryptobyte.String
		if !seq.ReadASN1(&set, asn1.SET) {
			return nil, nil, false
		}
		var parts []string
		for !set.Empty() {
			var pair, value cryptobyte.String
			var oid stdasn1.ObjectIdentifier
			var tag asn1.Tag
			if !set.ReadASN1(&pair, asn1.SEQUENCE) || !pair.ReadASN1ObjectIdentifier(&oid) || !pair.ReadAnyASN1(&value, &tag) {
				return nil, nil, false
			}
			text := textOf(tag, value)
			if oid.String() == emailAttribute {
				emails = append(emails, text)
			}
			// The length keeps a value from looking like two attributes.
			folded := fold(text)
			parts = append(parts, oid.String()+"="+lengthOf(folded)+folded)
		}
		slices.Sort(parts)
		name = append(name, strings.Join(parts, "+"))
	}
	return name, emails, true
}

func lengthOf(s string) string { return strconv.Itoa(len(s)) + ":" }

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// textOf decodes a directory string; other types stay as their bytes.
func textOf(tag asn1.Tag, value []byte) string {
	switch tag {
	case asn1.Tag(30): // BMPString
		units := make([]uint16, len(value)/2)
		for i := range units {
			units[i] = uint16(value[2*i])<<8 | uint16(value[2*i+1])
		}
		return string(utf16.Decode(units))
	case asn1.T61String: // Latin-1 in practice
		runes := make([]rune, len(value))
		for i, b := range value {
			runes[i] = rune(b)
		}
		return string(runes)
	}
	return string(value)
}

// nameKey is a name for maps and comparison; a name that cannot be read is
// only equal to the same bytes.
func nameKey(der []byte) string {
	name, _, ok := readDN(der)
	if !ok {
		return "raw:" + string(der)
	}
	return strings.Join(name, "\x00")
}

// within reports whether the name lies in the subtree.
func (d dn) within(subtree dn) bool {
	return len(d) >= len(subtree) && slices.Equal(d[:len(subtree)], subtree)
}
