// Package report writes down what a validator found in a file, for a dossier or a
// dispute: as JSON, and as a PDF of A4 pages in Vietnamese with what Thông tư
// 15/2025/TT-BKHCN (Điều 6) wants shown of each signature.
//
// A Record is a validator's report with what it rests on: which bytes, when, and
// by whose roots. The words are those of the screen (words.json, which TestWords
// keeps equal to the screen's), the letters are Tinos, embedded. Nothing but the
// record decides what is written: the same record is the same bytes. Names come
// from foreign files; what the letters cannot show is marked, and the JSON has it.
//
// DESIGN.md lists the promises and their tests.
package report
