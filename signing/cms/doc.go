// Package cms builds, parses and verifies Cryptographic Message Syntax as
// signatures in PDF files and over machine records use it: SignedData of
// RFC 5652 with the attributes of RFC 5035 (CAdES-B-B of ETSI EN 319 122-1 and,
// for PDF, EN 319 142-1), algorithms of RFC 5754, 4056 and 5753, and the
// time-stamp protocol of RFC 3161.
//
// Parse takes hostile bytes, in DER or BER, and reports all that is odd instead
// of skipping it. Verify answers for one signer with typed errors; whether the
// certificate is to be trusted is asked elsewhere. Prepare and Finish split
// signing in two, for keys that answer late.
//
// It does no I/O and reads no clock. DESIGN.md says what is accepted and why,
// and which test holds each promise; openssl_test.go has OpenSSL judge what is
// built here and reads what OpenSSL builds.
package cms
