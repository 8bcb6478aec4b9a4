// Package sqlite keeps the records of a laptop (replica) or of the province
// (server) in one SQLite file, with the projections that lists, the desk and
// search read.
//
// The record is the truth: a key, a version and its bytes. Everything else
// that this package derives (document_index, task_index, waiting, search …) is
// a projection, kept in the same transaction and dropped and rebuilt at will
// ([Store.Rebuild]). One connection writes, several read, in WAL mode; a
// reader sees one consistent snapshot. Search text is folded in Go, because no
// FTS5 tokenizer folds đ; hits come newest first, never by rank, so the cost
// does not grow with the archive.
//
// Proved by: the conformance suite app/apptest, which a store on another
// database would pass too, and the tests here for what is SQLite's own
// (durability, unclean stops, full disks, query plans).
package sqlite
