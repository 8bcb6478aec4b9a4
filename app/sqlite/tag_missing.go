//go:build !sqlite_fts5

package sqlite

// Search needs SQLite's FTS5, which the driver leaves out unless it is built
// with its tag. The next line does not compile, so that the reason is read at
// build time and not as "no such module: fts5" at the first start.
var _ = build_with_tags_sqlite_fts5_noquic
