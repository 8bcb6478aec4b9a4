// Package feed is what laptop and server say to each other, without I/O: the
// bytes of records, patches, commands, pages and the check of what is held.
//
// Records and patches are deterministic CBOR (RFC 8949, section 4.2.1): maps
// with integer keys, ascending. A [Diff] is such a map too, merged key by key
// as in RFC 7396, with `undefined` for "remove"; it is taken and applied on
// the raw bytes, so keys that this version does not know survive. A [Page] is
// columns of records under zstd (RFC 8878).
//
// Proved by: the property tests in patch_test.go (apply(a, diff(a, b)) = b,
// composition), column_test.go and page_test.go (round trips), and the fuzz
// tests of every decoder. sync/PROTOCOL.md is the description for strangers.
package feed
