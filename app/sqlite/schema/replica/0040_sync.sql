-- +goose Up
-- What a laptop keeps so that it can follow the server and work without it.
-- sync/DESIGN.md explains the whole. Times are Unix milliseconds.

-- Where the replica stands; one row.
CREATE TABLE sync_state (
    one     INTEGER PRIMARY KEY CHECK (one = 1), -- always 1
    person  TEXT    NOT NULL DEFAULT '', -- whose replica it is
    writer  INTEGER NOT NULL DEFAULT 0,  -- number of this incarnation
    next    INTEGER NOT NULL DEFAULT 1,  -- counter of the next command
    epoch   INTEGER NOT NULL DEFAULT 0,  -- of the server's data; 0 = nothing pulled yet
    cursor  BLOB,                        -- of the last page applied
    member  INTEGER NOT NULL DEFAULT 0,  -- version of the scopes
    scopes  BLOB,                        -- CBOR array of texts: the person's scopes
    level   INTEGER NOT NULL DEFAULT 0,  -- when the replica last was level with the server; 0 = never, first load not done
    contact INTEGER NOT NULL DEFAULT 0,  -- when the last page came
    seen    INTEGER NOT NULL DEFAULT 0,  -- the server's clock on that page
    skew    INTEGER NOT NULL DEFAULT 0   -- server's clock minus this one's
);
INSERT INTO sync_state (one) VALUES (1);

-- Commands given here, in the order of their counters. A row goes only by a
-- result or by its author's choice, never by an upgrade, restore or conflict.
CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY, -- app.CommandID
    kind    INTEGER NOT NULL,    -- kind and id of the target: the lane
    target  TEXT    NOT NULL,    -- id of the target
    name    TEXT    NOT NULL,    -- command with version
    command BLOB,                -- stored form of the signed command (feed.Command); NULL once erased
    state   INTEGER NOT NULL,    -- feed.OutboxState
    given   INTEGER NOT NULL,    -- this machine's clock when it was given
    decided INTEGER NOT NULL DEFAULT 0, -- server's clock of the result
    doubt   BLOB,                -- CBOR refusal of the last local run: the server will probably refuse it
    result  BLOB,                -- feed.Result, CBOR
    receipt INTEGER,             -- row of receipt
    retry   INTEGER NOT NULL DEFAULT 0, -- id of the command that was given in its place
    lost    INTEGER NOT NULL DEFAULT 0  -- when the record it was about left this person's scopes, this machine's clock; 0 = it has not
);
CREATE INDEX outbox_state ON outbox (state, id);

-- Results under the server's signature, as they came.
CREATE TABLE receipt (
    id        INTEGER PRIMARY KEY, -- counted here
    signed    BLOB NOT NULL,       -- the results as bytes, feed.Receipt
    signature BLOB NOT NULL        -- the server's Ed25519 signature under them
);

-- Which records the pending commands have changed here.
CREATE TABLE touched (
    command INTEGER NOT NULL, -- outbox.id
    kind    INTEGER NOT NULL, -- app.Kind
    id      TEXT    NOT NULL, -- of the record
    PRIMARY KEY (kind, id, command)
) WITHOUT ROWID;
CREATE INDEX touched_command ON touched (command);

-- The server's state of those records.
CREATE TABLE base (
    kind    INTEGER NOT NULL, -- app.Kind
    id      TEXT    NOT NULL, -- of the record
    version INTEGER NOT NULL, -- 0 = the server has no such record for this person
    body    BLOB,             -- NULL with version 0
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- Which of the person's scopes hold a record. The sets are few.
CREATE TABLE held_set (
    id     INTEGER PRIMARY KEY, -- counted here
    scopes BLOB NOT NULL UNIQUE -- CBOR array of texts, sorted
);
CREATE TABLE held (
    kind INTEGER NOT NULL,   -- app.Kind
    id   TEXT    NOT NULL,   -- of the record
    scopes INTEGER NOT NULL, -- held_set.id
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- What each scope holds, by the server's versions.
CREATE TABLE scope_sum (
    scope TEXT PRIMARY KEY, -- app.Scope
    count INTEGER NOT NULL, -- records
    sum   INTEGER NOT NULL -- sum of feed.Hash, modulo 2^64
) WITHOUT ROWID;

-- Records to be asked for whole.
CREATE TABLE need (
    kind INTEGER NOT NULL, -- app.Kind
    id   TEXT    NOT NULL, -- of the record
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- Records that left the scopes and were wiped, until the server knows.
CREATE TABLE purged (
    kind INTEGER NOT NULL, -- app.Kind
    id   TEXT    NOT NULL, -- of the record
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
