-- +goose Up
-- The words of the search index. An unfinished word is looked for as those that
-- begin with it: each is then read only where the rest of the search can match,
-- where FTS5 by itself would first read all that begins with it, from end to end.
CREATE TABLE search_word (
    word TEXT PRIMARY KEY -- folded, as document_fts has it
) WITHOUT ROWID;

-- What FTS5 says of its own words. Reading it walks the whole index, so only
-- housekeeping does.
CREATE VIRTUAL TABLE document_word USING fts5vocab (
    document_fts, -- the index
    col           -- one row for each word and column
);

INSERT INTO search_word (word) SELECT DISTINCT term FROM document_word WHERE col <> 'scopes';
