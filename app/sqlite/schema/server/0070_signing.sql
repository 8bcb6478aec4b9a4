-- +goose Up
-- Documents about whose digital signatures the server has still something to
-- do, as the documents themselves say (app.SigningDue).
CREATE TABLE signing_due (
    doc TEXT PRIMARY KEY,    -- the document
    due INTEGER NOT NULL     -- bits: 1 to judge, 2 to judge again later, 4 to judge by other roots, 8 to time-stamp
) WITHOUT ROWID;
CREATE INDEX signing_due_now ON signing_due (doc) WHERE due & 1;
CREATE INDEX signing_due_stamp ON signing_due (doc) WHERE due & 8;
