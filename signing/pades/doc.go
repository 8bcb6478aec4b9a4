// Package pades signs PDF files: PAdES baseline signatures of ETSI EN 319 142-1
// (B-B, and B-T, B-LT and B-LTA made of parts) as incremental updates of
// ISO 32000-2, clause 12.8.
//
// Prepare adds the empty fields of a document before anybody signs, Sign makes a
// signature at once, Begin and Finish make one whose key answers late.
// AddTimestamp, AddDSS and AddDocTimestamp add what makes it last. Each reads a
// file and writes a new one, which is the old one with something appended; only
// AddTimestamp fills room that the last signature has kept free. The file is
// streamed and never lies in memory. Whatever returns an error has written
// something incomplete, which must be thrown away.
//
// It reads no clock, asks no server and draws nothing: time, time-stamps,
// evidence and appearances are given to it. What it refuses is a *RefusedError.
// DESIGN.md lists the invariants and their tests; pdfsig, openssl, qpdf and
// mutool judge what is written in judge_test.go.
package pades
