-- +goose Up
-- Ballots that were given to this laptop while it carries a meeting without a
-- line: it told their voters that it has them, so a start of the program must not
-- lose them. They go when the meeting has been handed back.
CREATE TABLE place_ballot (
    id      TEXT PRIMARY KEY,       -- of the ballot
    meeting TEXT    NOT NULL,       -- its meeting's id
    body    BLOB    NOT NULL        -- app.Ballot, CBOR
) WITHOUT ROWID;
CREATE INDEX place_ballot_meeting ON place_ballot (meeting);
