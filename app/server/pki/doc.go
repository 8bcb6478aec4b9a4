// Package pki is the province's own certificate authority and the server's
// other long-lived keys: everything that stands in the data directory's ca/.
//
// The authority (ECDSA P-256, 10 years, RFC 5280) signs two sorts of
// certificate: the server's, for the internal host names and the names that the
// operator gives, renewed by itself; and one for each device, good for 90 days
// and only as a client. Certificates are never revoked by list: there is one
// server, and it looks the device up at every request. Beside it stand the
// Ed25519 keys that sign results and the server's own commands, the X25519 key
// to which content keys are escrowed (RFC 9180), and the HMAC key of cursors.
// Private keys are files of mode 0600; the package refuses to work with keys
// that others can read.
//
// Proved by: TestOpenTwice, TestServerCertificateRenewsItself,
// TestRefusesReadableKeys and TestDeviceCertificate.
package pki
