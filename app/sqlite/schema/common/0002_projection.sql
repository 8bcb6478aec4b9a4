-- +goose Up
-- Projections: what lists, the desk and search read. All are derived from
-- table record in the transaction that changes it, and dropped and rebuilt
-- when the program derives them in another way (see projection.go). Times are
-- Unix milliseconds, dates are days since 1970-01-01, 0 = not set.

-- One row a document: what a list shows, filters and sorts by.
CREATE TABLE document_index (
    row         INTEGER PRIMARY KEY, -- newest is highest: milliseconds of arrival (incoming) or beginning (outgoing) × 2^20 + a hash of the id
    id          TEXT    NOT NULL,    -- of the document
    version     INTEGER NOT NULL,    -- of the record
    direction   INTEGER NOT NULL,    -- app.Direction
    unit        TEXT    NOT NULL,    -- office that holds it
    state       TEXT    NOT NULL,    -- app.State
    open        INTEGER NOT NULL,    -- 1 = work on it is still going on
    type        TEXT    NOT NULL,    -- app.TypeCode
    code_number TEXT    NOT NULL,    -- số
    notation    TEXT    NOT NULL,    -- ký hiệu
    issued      INTEGER NOT NULL,    -- date of the document
    organ_name  TEXT    NOT NULL,    -- issuing body as printed
    organ       TEXT    NOT NULL,    -- issuing unit when it is one of ours
    subject     TEXT    NOT NULL,    -- trích yếu
    urgency     INTEGER NOT NULL,    -- app.Urgency
    due         INTEGER NOT NULL,    -- last day of the deadline
    created     INTEGER NOT NULL,    -- when the record was made
    arrived     INTEGER NOT NULL,    -- incoming: ngày đến
    finished    INTEGER NOT NULL,    -- when the deadline was closed
    moved       INTEGER NOT NULL,    -- last time something happened to it
    book        TEXT    NOT NULL,    -- sổ
    book_year   INTEGER NOT NULL,    -- year of the number
    book_number INTEGER NOT NULL,    -- số đến or số đi; 0 = chờ cấp số
    drafter     TEXT    NOT NULL,    -- person
    draft_unit  TEXT    NOT NULL,    -- division that drafts
    submitted   TEXT    NOT NULL,    -- person to whom it was submitted or who must act next
    source      TEXT    NOT NULL,    -- incoming: the outgoing document it is a copy of
    reply_to    TEXT    NOT NULL,    -- document that it answers
    lead        TEXT    NOT NULL,    -- receiver who has the lead in the latest directive
    lead_unit   INTEGER NOT NULL,    -- 1 = that receiver is a unit
    paper       INTEGER NOT NULL,    -- 1 = the original is on paper
    signed      INTEGER NOT NULL,    -- 1 = digitally by the authorised person
    sealed      INTEGER NOT NULL,    -- 1 = digitally by the agency
    files       INTEGER NOT NULL,    -- current files
    remarks     INTEGER NOT NULL,    -- how many
    directives  INTEGER NOT NULL,    -- without withdrawn ones
    recipients  INTEGER NOT NULL,    -- offices it is addressed to
    received    INTEGER NOT NULL,    -- recipients that have received it or gone further
    number_key  INTEGER,             -- hash of folded number and notation, to find duplicates; NULL = no number
    subject_key INTEGER,             -- hash of the folded subject; NULL = none
    text_key    INTEGER NOT NULL,    -- hash of what the search index holds, to leave it alone when it is the same
    scopes      BLOB    NOT NULL     -- numbers of the scopes that hold it (table scope), as varints; empty on a laptop
);
CREATE UNIQUE INDEX document_index_id ON document_index (id);
CREATE INDEX document_index_direction ON document_index (direction);
CREATE INDEX document_index_state ON document_index (unit, direction, state);
CREATE INDEX document_index_due ON document_index (due) WHERE open = 1 AND due <> 0;
CREATE INDEX document_index_book ON document_index (book, (book_year * 4294967296 + book_number)) WHERE book <> '';
CREATE INDEX document_index_number ON document_index (number_key) WHERE number_key IS NOT NULL;
CREATE INDEX document_index_subject ON document_index (subject_key) WHERE subject_key IS NOT NULL;
CREATE INDEX document_index_source ON document_index (source) WHERE source <> '';
CREATE INDEX document_index_reply ON document_index (reply_to) WHERE reply_to <> '';

-- One row for each receiver of each directive that has not been withdrawn.
CREATE TABLE task_index (
    row       INTEGER NOT NULL, -- of document_index
    directive INTEGER NOT NULL, -- app.CommandID
    receiver  TEXT    NOT NULL, -- person or unit
    is_unit   INTEGER NOT NULL, -- 1 = the receiver is a unit
    giver     TEXT    NOT NULL, -- person in whose name the directive was given
    role      TEXT    NOT NULL, -- app.DirectiveRole
    state     TEXT    NOT NULL, -- app.TaskState
    due       INTEGER NOT NULL, -- last day, extended or not
    since     INTEGER NOT NULL, -- when the state was reached
    PRIMARY KEY (row, directive, receiver)
) WITHOUT ROWID;
CREATE INDEX task_index_receiver ON task_index (receiver, is_unit, row);
CREATE INDEX task_index_giver ON task_index (giver, row);

-- Who must do something about a document now: app.WaitingOf, limited to those
-- who hold the document.
CREATE TABLE waiting (
    row      INTEGER NOT NULL, -- of document_index
    queue    TEXT    NOT NULL, -- app.Queue
    holder   TEXT    NOT NULL, -- app.Scope
    ref      INTEGER NOT NULL, -- directive or extension, 0 = the document itself
    receiver TEXT    NOT NULL, -- of the directive, else empty
    due      INTEGER NOT NULL, -- last day
    since    INTEGER NOT NULL, -- since when it waits
    PRIMARY KEY (row, queue, holder, ref, receiver)
) WITHOUT ROWID;
CREATE INDEX waiting_holder ON waiting (holder, queue);

-- Content hashes of a document's files, to find duplicates.
CREATE TABLE document_file (
    sha256 BLOB    NOT NULL, -- of the plaintext
    row    INTEGER NOT NULL, -- of document_index
    PRIMARY KEY (sha256, row)
) WITHOUT ROWID;
CREATE INDEX document_file_row ON document_file (row);

-- Who has opened which document. By id: a mark may come before its document.
CREATE TABLE read_mark (
    person TEXT    NOT NULL, -- who opened it
    doc    TEXT    NOT NULL, -- document
    at     INTEGER NOT NULL, -- first time
    mark   TEXT    NOT NULL, -- id of the record
    PRIMARY KEY (person, doc)
) WITHOUT ROWID;
CREATE UNIQUE INDEX read_mark_record ON read_mark (mark);

-- Search: text folded in Go (marks dropped, đ = d, lower case), newest first
-- by rowid. Nothing but the words is kept; deleting needs no old text. The
-- scopes are tokens in the index, so that a search costs the server nothing
-- for what the searcher may not see.
CREATE VIRTUAL TABLE document_fts USING fts5 (
    title,  -- number, notation, type and subject
    body,   -- organ, files, directives, answers, remarks …
    scopes, -- on the server: "s12 s345", numbers of table scope; empty on a laptop
    content = '',
    contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0',
    prefix = '1 2 3'
);

-- Scopes get short numbers. Never removed: a number is never used again.
CREATE TABLE scope (
    n    INTEGER PRIMARY KEY, -- 1, 2, 3 …
    name TEXT NOT NULL UNIQUE -- app.Scope
);

-- On the server, which documents each scope holds, newest first within a
-- direction; so that a list walks only what its reader may see.
CREATE TABLE document_scope (
    scope     INTEGER NOT NULL, -- of table scope
    direction INTEGER NOT NULL, -- app.Direction
    open      INTEGER NOT NULL, -- 1 = work on it is still going on
    row       INTEGER NOT NULL, -- of document_index
    PRIMARY KEY (scope, direction, open, row)
) WITHOUT ROWID;

-- On the server, the same for records that are neither documents nor part of
-- the directory.
CREATE TABLE record_scope (
    scope INTEGER NOT NULL, -- of table scope
    kind  INTEGER NOT NULL, -- app.Kind
    id    TEXT    NOT NULL, -- of the record
    PRIMARY KEY (scope, kind, id)
) WITHOUT ROWID;
CREATE INDEX record_scope_record ON record_scope (kind, id);
