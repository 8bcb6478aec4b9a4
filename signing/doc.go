// Package signing holds the few words that all signing packages share: how a
// key signs (Scheme, Signer), what a validator may answer (Indication and
// SubIndication, exactly as ETSI EN 319 102-1 spells them) and the one form in
// which a machine record is signed (Canonical, RFC 8785).
//
// It follows Circular 15/2025/TT-BKHCN, appendix I: RSA of at least 2048 bits
// with RSASSA-PSS, or ECDSA of at least 256 bits, with SHA-256 or more. It is
// pure: no I/O, no clock, the standard library only. scheme_test.go proves
// which keys may sign and how, canonical_test.go the examples of RFC 8785.
package signing
