-- +goose Up
-- Files on a laptop: what its person added, what must still go up, and which
-- segment belongs to which document. Times are Unix milliseconds.

-- Files that were added on a screen and that no command has named yet.
CREATE TABLE upload (
    person  TEXT NOT NULL,    -- who added it
    sha256  BLOB NOT NULL,    -- of the plaintext
    name    TEXT NOT NULL,    -- of the file, tidied
    media   TEXT NOT NULL,    -- MIME type, found out from the bytes
    pages   INTEGER NOT NULL, -- of a PDF; 0 = not known
    at      INTEGER NOT NULL, -- when it was added
    content BLOB NOT NULL,    -- app.FileVersion, CBOR; holds the segment keys
    PRIMARY KEY (person, sha256)
) WITHOUT ROWID;

-- Sealed segments that the server does not have yet. A row goes only when the
-- server has said that it holds the whole segment, so a kill loses nothing.
CREATE TABLE content_send (
    segment BLOB PRIMARY KEY, -- SHA-256 of the ciphertext
    size    INTEGER NOT NULL, -- bytes
    name    TEXT NOT NULL,    -- of the file, for the sync panel
    file    BLOB NOT NULL,    -- SHA-256 of the file's plaintext
    at      INTEGER NOT NULL  -- since when it waits
) WITHOUT ROWID;

-- Derived from documents: which segment is named by which file. Decides what is
-- fetched, and what is removed when a document leaves.
CREATE TABLE content_ref (
    segment BLOB NOT NULL,    -- SHA-256 of the ciphertext
    doc     TEXT NOT NULL,    -- document id
    file    INTEGER NOT NULL, -- key of the file in the document
    size    INTEGER NOT NULL, -- bytes of the segment
    stored  INTEGER NOT NULL, -- 1 = the server has the file
    PRIMARY KEY (segment, doc, file)
) WITHOUT ROWID;
CREATE INDEX content_ref_doc ON content_ref (doc, file);
