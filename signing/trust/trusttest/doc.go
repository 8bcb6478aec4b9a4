// Package trusttest is a public-key infrastructure for tests of signing: CAs,
// persons, timestamp servers and OCSP responders with every field adjustable,
// CRLs and OCSP responses of any age, and a web server that hands them out.
//
// Certificates follow RFC 5280 unless an option spoils them, which is what
// options are for. Only tests may import it; build/house sees to that. It is
// itself proved by openssl in TestOpenSSLAgrees of package trust.
package trusttest
