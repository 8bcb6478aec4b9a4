-- +goose Up
-- On the server the documents of one office lie together in the search index,
-- on a shelf: a search then reads only the shelves that hold something for the
-- searcher, and not the lists of words of the whole province.
ALTER TABLE document_index ADD COLUMN place INTEGER; -- rowid of document_fts, newest lowest: shelf × 2^51 + 2^51 - 1 - (milliseconds × 2^9 + a hash); NULL on a laptop, where it is 2^63 - 1 - row
CREATE UNIQUE INDEX document_index_place ON document_index (place) WHERE place IS NOT NULL;

-- Offices get short numbers. Never removed: a number is never used again.
CREATE TABLE shelf (
    n    INTEGER PRIMARY KEY, -- 1, 2, 3 …
    unit TEXT NOT NULL UNIQUE -- office that holds the documents
);

-- Which shelves hold, or held, documents of a scope.
CREATE TABLE scope_shelf (
    scope INTEGER NOT NULL, -- of table scope
    shelf INTEGER NOT NULL, -- of table shelf
    PRIMARY KEY (scope, shelf)
) WITHOUT ROWID;
