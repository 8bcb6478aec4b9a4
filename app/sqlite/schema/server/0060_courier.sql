-- +goose Up
-- Laptops whose courier changed a folder that is not theirs to change. They are
-- shut out of the courier until an administrator lets them in again; records and
-- contents go on over HTTPS. Times are Unix milliseconds.
CREATE TABLE courier_alarm (
    device TEXT PRIMARY KEY, -- that did it, by its courier's certificate
    office TEXT NOT NULL,    -- whose folder it was
    at     INTEGER NOT NULL, -- when it was first seen
    items  INTEGER NOT NULL  -- segments changed, deleted or added
) WITHOUT ROWID;
