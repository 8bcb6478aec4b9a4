// Package pkcs11 signs with the keys in USB tokens and smart cards, through the
// PKCS #11 libraries (OASIS PKCS #11 v2.40) that their makers deliver: VGCA's
// tokens of the Government Cipher Committee, SafeNet, bit4id, and SoftHSM for
// trials. Circular 15/2025/TT-BKHCN, appendix I wants a person's key in such a
// device; it never leaves it.
//
// Tokens lists what is plugged in; Session logs in for as many signatures as
// the person has agreed to and is a signing.Signer. DESIGN.md says why it is
// built so. softhsm_test.go tries it on real tokens of SoftHSM, OpenSSL judging
// the signatures; fault_test.go brings in what SoftHSM never does: locked PINs,
// tokens pulled out, libraries that hang.
package pkcs11
