// Package validator says of a PDF file which signatures it carries, whether they
// are right, whom they come from, and what was done to the file after each. It
// answers with the indications of ETSI EN 319 102-1 for signatures of
// EN 319 142-1 (PAdES) and for the older forms of ISO 32000-1, 12.8; what may
// follow a signature is decided after ISO 32000-2, 12.8.2 (DocMDP, FieldMDP).
// The report names what Thông tư 15/2025/TT-BKHCN, Điều 6 wants shown.
//
// The rule above all others: what is odd is never valid and never "unsigned". A
// verdict comes only from findings, and table.go says what each finding means.
// Files are hostile: a Validate ends with its context, with a report, always.
//
// DESIGN.md lists what is allowed after a signature. The attacks that must be
// told from good files are made in attack_test.go, later_test.go, prepared_test.go
// and hostile_test.go, good files in good_test.go;
// FuzzValidate changes signed bytes and expects never to hear TOTAL-PASSED.
package validator
