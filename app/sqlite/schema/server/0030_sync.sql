-- +goose Up
-- What the provincial server keeps so that laptops can follow: every accepted
-- command, who holds which record since when, and each command's result.
-- sync/DESIGN.md explains the whole. Times are Unix milliseconds.

-- Accepted commands, for ever, in the order in which they took effect.
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY, -- 1, 2, 3 … without a gap, in the order of commits
    id      INTEGER NOT NULL,    -- app.CommandID
    at      INTEGER NOT NULL,    -- server's clock at the decision
    actor   TEXT    NOT NULL,    -- person
    command BLOB,                -- stored form of the signed command (feed.Command); NULL once erased by law
    leaf    BLOB    NOT NULL     -- leaf of the hash chain: it commits to hashes of the command and of what it changed
);
CREATE UNIQUE INDEX event_id ON event (id);

-- What an event did to one record.
CREATE TABLE event_patch (
    kind    INTEGER NOT NULL, -- app.Kind
    id      TEXT    NOT NULL, -- of the record
    version INTEGER NOT NULL, -- of the record after the event
    base    INTEGER NOT NULL, -- before it; 0 = the event made the record
    seq     INTEGER NOT NULL, -- the event
    patch   BLOB,             -- feed.Diff from base to version; NULL when base is 0
    PRIMARY KEY (kind, id, version)
) WITHOUT ROWID;
CREATE INDEX event_patch_seq ON event_patch (seq, kind, id);

-- Hashes of the chain (RFC 6962 tree as golang.org/x/mod/sumdb/tlog stores it).
CREATE TABLE event_hash (
    pos  INTEGER PRIMARY KEY, -- tlog.StoredHashIndex
    hash BLOB NOT NULL        -- SHA-256
);

-- The change feed: each record once for each scope that holds or held it, at
-- the latest event that touched it.
CREATE TABLE doc_scope (
    scope   TEXT    NOT NULL, -- app.Scope
    class   INTEGER NOT NULL, -- app.Class, what travels first; 0 for exits
    seq     INTEGER NOT NULL, -- latest event that changed the record
    kind    INTEGER NOT NULL, -- app.Kind
    id      TEXT    NOT NULL, -- of the record
    granted INTEGER NOT NULL, -- event with which the record last entered the scope
    classed INTEGER NOT NULL, -- event with which it entered the class
    gone    INTEGER NOT NULL, -- 1 = it has left the scope
    PRIMARY KEY (scope, class, seq, kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX doc_scope_record ON doc_scope (kind, id, scope);

-- What each scope holds: the other side of the check at the end of a pull.
CREATE TABLE scope_sum (
    scope TEXT PRIMARY KEY, -- app.Scope
    count INTEGER NOT NULL, -- records that are not gone
    sum   INTEGER NOT NULL  -- sum of their feed.Hash, modulo 2^64
) WITHOUT ROWID;

-- The answer to every command that was decided.
CREATE TABLE result (
    id     INTEGER PRIMARY KEY, -- app.CommandID
    writer INTEGER NOT NULL,    -- its writer
    pos    INTEGER NOT NULL,    -- 1, 2, 3 …: the order in which results were given
    hash   BLOB    NOT NULL,    -- feed.Command.Hash: the same id with another hash is an alarm
    at     INTEGER NOT NULL,    -- when it was decided
    body   BLOB    NOT NULL     -- feed.Result, CBOR
);
CREATE UNIQUE INDEX result_pos ON result (pos);
CREATE INDEX result_writer ON result (writer, pos);

-- Where each writer stands.
CREATE TABLE writer_next (
    writer INTEGER PRIMARY KEY, -- number in table writer
    next   INTEGER NOT NULL -- counter of its next command
);

-- Commands that this version does not know, kept for the next one.
CREATE TABLE deferred (
    id      INTEGER PRIMARY KEY, -- app.CommandID
    command BLOB NOT NULL,       -- stored form
    device  TEXT NOT NULL        -- that sent it
);

-- Which scopes a person had; a new version whenever they change.
CREATE TABLE membership (
    person  TEXT    NOT NULL, -- whose they are
    version INTEGER NOT NULL, -- 1, 2, 3 …
    at      INTEGER NOT NULL, -- since when
    scopes  BLOB    NOT NULL, -- CBOR array of texts, sorted
    PRIMARY KEY (person, version)
) WITHOUT ROWID;

-- Records that a device says it has wiped after they left its person's scopes.
CREATE TABLE purge_ack (
    device TEXT    NOT NULL, -- that says so
    kind   INTEGER NOT NULL, -- app.Kind
    id     TEXT    NOT NULL, -- of the record
    at     INTEGER NOT NULL, -- when it said so
    PRIMARY KEY (device, kind, id)
) WITHOUT ROWID;
