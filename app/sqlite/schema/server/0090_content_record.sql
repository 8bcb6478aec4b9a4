-- +goose Up
-- Materials of meetings and opinion slips carry files as documents do: a
-- reference says of which kind of record it is.
CREATE TABLE content_of_record (
    segment BLOB    NOT NULL, -- SHA-256 of the ciphertext
    kind    INTEGER NOT NULL, -- app.Kind of the record
    record  TEXT    NOT NULL, -- its id
    file    INTEGER NOT NULL, -- key of the file in the record
    size    INTEGER NOT NULL, -- bytes of the segment
    stored  INTEGER NOT NULL, -- 1 = the record says already that the server has the file
    PRIMARY KEY (segment, kind, record, file)
) WITHOUT ROWID;
INSERT INTO content_of_record SELECT segment, 1, doc, file, size, stored FROM content_ref;
DROP TABLE content_ref;
ALTER TABLE content_of_record RENAME TO content_ref;
CREATE INDEX content_ref_record ON content_ref (kind, record, file);
CREATE INDEX content_ref_open ON content_ref (kind, record, file) WHERE stored = 0;
