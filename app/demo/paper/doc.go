// Package paper makes the PDFs of the demonstration and of the tests: official
// documents laid out by Nghị định 30/2020/NĐ-CP, Phụ lục I (A4, margins, the
// national name and motto, organ, number and notation, place and date, subject,
// body, recipients, signature block), with an embedded subset of Tinos.
//
// The text of such a file can be selected and searched; TestText proves it with
// pdftotext. The papers are invented: nothing here may reach a real server.
package paper
