// Package enrol is how a laptop joins the province: the one-time code that an
// administrator hands over, the keys that the laptop makes for itself, and the
// one request that registers them all. The laptop and the server share it, so
// there is one spelling of everything.
//
// A [Code] carries a secret and the fingerprint of the province's own
// certificate authority. The laptop therefore knows whom it talks to before it
// says anything: there is no trust on first use, and an address that is wrong
// or hostile gets nothing, not even the secret. Keys are made on the laptop
// ([NewKeys]) and their private halves never leave it; the [Request] proves
// possession of each signing key, and the answer is an [Identity] with a
// certificate of 90 days for mutual TLS 1.3 (RFC 8446) on the host name
// [SyncHost]. Certificates follow RFC 5280, their requests RFC 2986, the
// sealing key RFC 9180 (HPKE, X25519).
//
// Proved by: TestCodeCatchesTypos and FuzzParseCode for the code,
// TestClientRefusesAnotherAuthority for the fingerprint, and TestEnrol in
// app/server for the whole conversation.
package enrol
