-- +goose Up
-- Working copies on a laptop: files of drafts as plain files in folders of their
-- own, open in somebody's editor. The folder is the truth about what was saved;
-- this says how far that has become a version. Times are Unix milliseconds.
CREATE TABLE working_copy (
    id      TEXT PRIMARY KEY,           -- name of its folder
    doc     TEXT    NOT NULL,           -- document id
    origin  INTEGER NOT NULL,           -- newest version of the file that the server is known to have, and on which this copy builds: key in the document
    file    INTEGER NOT NULL,           -- the version that the folder's file is; origin, or the last command given here
    name    TEXT    NOT NULL,           -- of the file in the folder
    taken   BLOB    NOT NULL,           -- SHA-256 of the last save that was dealt with
    content BLOB,                       -- that save, sealed: app.FileVersion, CBOR; holds the segment keys. NULL = the content of origin
    opened  INTEGER NOT NULL,           -- when it was last opened here
    saved   INTEGER NOT NULL DEFAULT 0, -- when a save last became a version, or was refused; 0 = never
    given   BLOB,                       -- commands about it without a result: CBOR array of app.CommandID
    refusal BLOB                        -- why the last save is no version: app.Error, JSON; NULL = it is one
) WITHOUT ROWID;
CREATE INDEX working_copy_doc ON working_copy (doc);
