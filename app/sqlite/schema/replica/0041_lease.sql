-- +goose Up
-- The lease under which a laptop may show what it holds: told by the server,
-- renewed at each contact.

ALTER TABLE sync_state ADD COLUMN lease   INTEGER NOT NULL DEFAULT 0; -- how long, ms; 0 = for ever
ALTER TABLE sync_state ADD COLUMN renewed INTEGER NOT NULL DEFAULT 0; -- the server's clock when it was renewed
ALTER TABLE sync_state ADD COLUMN latest  INTEGER NOT NULL DEFAULT 0; -- latest time this machine has known, so that a clock set back wins nothing
