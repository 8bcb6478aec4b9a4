// Package remote signs with keys that lie at a provider and answer when their
// owner has confirmed on the telephone: remote signing by the API of the Cloud
// Signature Consortium (CSC 1.0.4.0 and 2.0.0.2, which ETSI TS 119 432 profiles)
// or as VNPT SmartCA does it, and signing by SIM (ETSI TS 102 204, MSS over SOAP
// 1.2).
//
// A Client drives requests. A Request is asked once, can be kept as bytes while the
// person is looked for, also over a restart of the program, and ends signed,
// refused, expired, failed, cancelled, or unknown when nobody can say whether the
// telephone has rung. It goes together with pades.Begin, Pending and Finish. A
// value is handed on only if the certificate's key has made it.
//
// The package reads no clock of its own and follows no redirect. It writes no
// log; no PIN, one-time password or token is in what it returns or keeps.
// DESIGN.md has the decisions and the tests that hold them; pdfsig and openssl
// judge what is signed in pdf_test.go.
package remote
