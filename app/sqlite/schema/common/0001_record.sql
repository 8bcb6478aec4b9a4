-- +goose Up
-- The records themselves. Every other table of the common schema is derived
-- from this one and may be dropped and rebuilt.
CREATE TABLE record (
    kind    INTEGER NOT NULL, -- app.Kind; kinds unknown to this version are kept too
    id      TEXT    NOT NULL, -- app.ID
    version INTEGER NOT NULL, -- raised by one by each command that changed the bytes
    body    BLOB    NOT NULL, -- deterministic CBOR map with integer keys; unknown keys are kept
    PRIMARY KEY (kind, id)
);

-- Facts about this file.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY, -- 'projection': version of the derived tables; others belong to sync and server
    value BLOB NOT NULL     -- bytes or text, as the key says
) WITHOUT ROWID;

-- Last number given by each book (sổ) in each year. Raised in the transaction
-- of the record that gets the number, so a refusal or a crash leaves no gap.
-- Not derived: a book's numbers outlive the documents that hold them.
CREATE TABLE book_counter (
    book TEXT    NOT NULL, -- id of the book
    year INTEGER NOT NULL, -- calendar year in Việt Nam's zone
    last INTEGER NOT NULL, -- last number given; numbers run from 1
    PRIMARY KEY (book, year)
) WITHOUT ROWID;
