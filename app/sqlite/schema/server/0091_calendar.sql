-- +goose Up
-- Private addresses of calendars. Times are Unix milliseconds; 0 = never.

-- Addresses at which a program for calendars reads a person's meetings without
-- signing in. The token itself is nowhere on the server.
CREATE TABLE calendar_feed (
    person TEXT PRIMARY KEY,     -- whose meetings; one address for each
    token  BLOB NOT NULL UNIQUE, -- SHA-256 of the token in the address
    made   INTEGER NOT NULL,     -- when it was made
    used   INTEGER NOT NULL      -- last read, to the hour
) WITHOUT ROWID;
