-- +goose Up
-- After a restore, work done in a browser since the backup is gone: nobody but
-- the server had it. Whoever signs in is told once, from when to when.

-- Each restore's lost time. Times are Unix milliseconds.
CREATE TABLE lost_span (
    epoch INTEGER PRIMARY KEY, -- of the data that the restore began
    since INTEGER NOT NULL, -- when the backup was made
    until INTEGER NOT NULL -- when the server was restored
);

-- Until when the account's person was told what is lost.
ALTER TABLE account ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
