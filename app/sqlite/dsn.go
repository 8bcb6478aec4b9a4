package sqlite

import (
	"net/url"
	"path/filepath"
	"strings"
)

// busyTimeout is how long a connection waits for another process (backup, a
// check) that holds the file, in milliseconds.
const busyTimeout = "10000"

// cachedStatements per connection; all texts of this package fit.
const cachedStatements = "256"

// dsn is the only place that says how the file is opened, so that encryption
// at rest can join here. Writers lock at BEGIN: a transaction that would fail
// to upgrade its lock later fails, or waits, at its start.
func dsn(path string, writer, noSync bool) string {
	q := url.Values{}
	q.Set("_busy_timeout", busyTimeout)
	q.Set("_foreign_keys", "on")
	q.Set("_secure_delete", "on") // what is purged is overwritten, not only unlinked
	q.Set("_stmt_cache_size", cachedStatements)
	q.Set("_cache_size", "-16384") // 16 MiB a connection
	q.Set("_synchronous", "FULL")
	if noSync {
		q.Set("_synchronous", "OFF")
	}
	if writer {
		q.Set("_txlock", "immediate")
		q.Set("_journal_mode", "WAL")
	} else {
		q.Set("_query_only", "on")
	}
	return "file:" + escapePath(path) + "?" + q.Encode()
}

// escapePath writes a path as SQLite's URI file names want it.
func escapePath(path string) string {
	p := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" && !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/x becomes /C:/x
	}
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(p)
}

// pragmas that the DSN cannot carry, run on each new connection.
var pragmas = []string{
	"PRAGMA journal_size_limit = 67108864", // give back what a WAL grew beyond 64 MiB
	"PRAGMA wal_autocheckpoint = 2000",     // pages; about 8 MB
	"PRAGMA mmap_size = 268435456",         // read through the page cache of the system
	"PRAGMA temp_store = MEMORY",           // sorting leaves no record text in temporary files
	"PRAGMA trusted_schema = OFF",
}
