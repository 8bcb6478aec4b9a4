-- +goose Up
-- What a server that came back from a backup keeps until the laptops have
-- brought back what they still have. Times are Unix milliseconds.

-- Commands that build on others which have not come back yet.
CREATE TABLE parked (
    id      INTEGER PRIMARY KEY, -- app.CommandID
    kind    INTEGER NOT NULL, -- kind and id of the target
    target  TEXT    NOT NULL, -- id of the target
    place   INTEGER NOT NULL, -- feed.Parked.Order: in this order they are tried again
    command BLOB    NOT NULL, -- stored form of the signed command
    device  TEXT    NOT NULL, -- that sent it
    before  BLOB              -- feed.Result of before the restore, CBOR; NULL = it had none
);
CREATE INDEX parked_target ON parked (kind, target, place);
CREATE INDEX parked_place ON parked (place, id);
