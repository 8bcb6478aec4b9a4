// Package trust decides whom a signature may be believed from: it builds and
// checks certificate paths at a moment, asks whether a certificate was revoked,
// keeps and fetches the evidence, and carries requests to timestamp servers.
//
// It follows RFC 5280 (paths, CRLs), RFC 6960 (OCSP), ETSI EN 319 102-1 §5.2.5
// and §5.2.6 (freshness, X.509 certificate validation and the names of its
// failures), the HTTP part of RFC 3161, and Thông tư 15/2025/TT-BKHCN, Phụ lục
// II: the newest CRL when signing, and a warning when a status cannot be had.
//
// Paths are checked by our own code, because crypto/x509 refuses SHA-1 and
// negative serial numbers outright: a paper signed years ago must come out as
// "not proven", with its chain on the screen, and not as an error. No trust
// anchor is built in; a [Store] is configuration.
//
// DESIGN.md says why. The promises are tried by TestPathFailures,
// TestSameVerdictForAnyOrder, TestRevocation, TestOpenSSLAgrees,
// TestGuardedAddresses, TestNothingFetchedWithoutAnchor and TestTSAInOrder.
package trust
