-- +goose Up
-- What a scanner saves, on the laptop of a văn thư: sync/dropfolder/DESIGN.md.
-- Nothing here travels. Times are Unix milliseconds.

-- Folders that are watched.
CREATE TABLE scan_folder (
    id    TEXT PRIMARY KEY,      -- random
    path  TEXT NOT NULL UNIQUE,  -- on this machine
    unit  TEXT NOT NULL,         -- the office whose documents these are
    tidy  INTEGER NOT NULL,      -- 1 = files that were taken are moved into a folder beside them
    added INTEGER NOT NULL       -- when
) WITHOUT ROWID;

-- Every file of them that was met, so that none is taken twice; old ones go with
-- their files (PruneScans). Nothing of one that looks secret is stored but its name.
CREATE TABLE scan (
    id       TEXT PRIMARY KEY, -- random
    folder   TEXT NOT NULL,    -- scan_folder.id
    name     BLOB NOT NULL,    -- in the folder, in the very bytes of the file system
    size     INTEGER NOT NULL, -- of that file, bytes
    modified INTEGER NOT NULL, -- of that file, nanoseconds
    found    INTEGER NOT NULL, -- when it was met
    state    TEXT NOT NULL,    -- app.ScanState; one that waits and has a document shows as registered
    reason   TEXT NOT NULL,    -- why it cannot be read, or is read later: a key of the interface
    original BLOB,             -- SHA-256 of that file; NULL = not known yet
    sha256   BLOB,             -- of the copy that a document gets; NULL = there is none
    read     INTEGER NOT NULL, -- 1 = its text was read
    pages    INTEGER NOT NULL, -- 0 = not known
    content  BLOB,             -- app.FileVersion of the copy, CBOR; holds the segment keys. NULL = there is none, or a document has it
    fields   BLOB,             -- app.Fields, CBOR: suggestions; NULL with the content
    text     TEXT,             -- what was read, folded; NULL = nothing, or its document has left
    twin     TEXT NOT NULL,    -- the scan that came first, of a duplicate
    doc      TEXT NOT NULL     -- the document that it became, or that has its bytes already
) WITHOUT ROWID;
CREATE INDEX scan_file ON scan (folder, name);
CREATE INDEX scan_original ON scan (original);
CREATE INDEX scan_sha256 ON scan (sha256);
CREATE INDEX scan_state ON scan (state, found);
