// Package presign looks at a PDF file before somebody signs it, and lists what
// could deceive the signer or whoever reads the file later: what covers text, what
// is hidden, what acts by itself, what waits in the file to be brought to light.
// A signature vouches for bytes; these are the ways in which bytes show one thing
// today and another tomorrow (incremental saving and shadow attacks), or one thing
// here and another there.
//
// It judges no signature but those that are there already, by signing/validator.
// Files are hostile: a Scan ends with its context, with a report, always. table.go
// says how grave each finding is; what blocks is what pades.Sign refuses anyway.
// DESIGN.md names the tests.
package presign
