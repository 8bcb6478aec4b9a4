-- +goose Up
-- Whether the server has come back from a backup since this replica was made;
-- one row once it has.
CREATE TABLE restored (
    one   INTEGER PRIMARY KEY CHECK (one = 1), -- always 1
    epoch INTEGER NOT NULL -- of the data of the server that came back last
);
