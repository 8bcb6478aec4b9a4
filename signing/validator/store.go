package validator

import (
	"bytes"
	"maps"
	"slices"

	"khonggiay/signing/pdf"
)

// proofs compares what signatures may be followed by at any time because it shows
// nothing: the document security store, versions and metadata. Each must be what
// it is said to be.
func (c *comparison) proofs(o, n *pdf.Dict) {
	for _, key := range slices.Sorted(maps.Keys(evidenceKeys)) {
		c.same(o.Get(key), n.Get(key), place{kind: evidenceKeys[key], level: forEvidence}.at(key))
	}
	store, info := pdf.Name("DSS"), pdf.Name("Metadata")
	if before, after := o.Get(store), n.Get(store); c.differ(before, after) && !c.proves(after) {
		c.tell(place{kind: ChangeEvidence, level: forNobody}.at(store))
	}
	if before, after := o.Get(info), n.Get(info); c.differ(before, after) && !c.describes(after) {
		c.tell(place{kind: ChangeMetadata, level: forNobody}.at(info))
	}
}

// lists are the parts of a store and of its entries for one signature (EN 319
// 142-1, 5.4.2).
var lists = []pdf.Name{"Certs", "CRLs", "OCSPs", "Cert", "CRL", "OCSP"}

// proves reports whether there still is a store, in its parts. Whether it keeps the
// proofs of the one before is not asked: programs replace it as a whole, and what a
// signature then lacks, its own verdict tells.
func (c *comparison) proves(o pdf.Object) bool {
	store, ok := c.asDict(c.new, o)
	if !ok || !c.hasLists(store) {
		return false
	}
	entries, ok := c.asDict(c.new, store.Get("VRI"))
	if !ok {
		return isNull(store.Get("VRI"))
	}
	return !slices.ContainsFunc(entries.Entries, func(e pdf.Entry) bool {
		d, ok := c.asDict(c.new, e.Value)
		return e.Key != "Type" && (!ok || !c.hasLists(d))
	})
}

// hasLists reports whether the lists are arrays.
func (c *comparison) hasLists(d *pdf.Dict) bool {
	return !slices.ContainsFunc(lists, func(key pdf.Name) bool {
		o, err := c.new.Resolve(d.Get(key))
		c.fail(err)
		_, isArray := o.(pdf.Array)
		return !isArray && !isNull(o)
	})
}

// describes reports whether metadata is XMP (ISO 32000-2, 14.3), as far as that
// can be told from its words. A document type, which XMP never
// has, would have readers fetch or make up text.
func (c *comparison) describes(o pdf.Object) bool {
	resolved, err := c.new.Resolve(o)
	c.fail(err)
	s, ok := resolved.(*pdf.Stream)
	if !ok {
		return false
	}
	const longest = 16 << 20
	b, err := c.new.BytesWithin(s, longest)
	b = bytes.ReplaceAll(b, []byte{0}, nil) // in UTF-16, too
	return err == nil && bytes.Contains(b, []byte("RDF")) && !bytes.Contains(b, []byte("<!DOCTYPE"))
}
