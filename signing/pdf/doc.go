// Package pdf reads PDF files as a validator of signatures must, and appends to
// them as a signer must, after ISO 32000-1:2008 and ISO 32000-2:2020 (syntax:
// clause 7; incremental updates: 7.5.6; text strings: 7.9.2).
//
// The reader repairs nothing. It shows where each object and each value lies,
// the revisions that the file is made of, and the file as it stood at any of
// them. What it cannot read without guessing is a *FormatError; what it can read
// although the standard forbids it is an Oddity, which the caller judges. Foreign
// files are hostile: time and memory are bounded by Limits, and nothing is read
// before it is asked for. Encrypted files are refused (ErrEncrypted).
//
// The writer makes one incremental update of the newest revision, with room for
// a signature whose place in the file is known before its bytes are.
//
// DESIGN.md lists the invariants and their tests. qpdf, mutool, pdfinfo and
// pdfcpu judge reader and writer in judge_test.go and update_test.go; the fuzz
// targets are in fuzz_test.go.
package pdf
