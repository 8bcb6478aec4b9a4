-- +goose Up
-- Revoked devices: what they held, what they handed over when they left, and
-- that they said they had wiped the rest. Times are Unix milliseconds.

-- One row for each device that was revoked, or whose person left the service.
CREATE TABLE device_leave (
    device    TEXT PRIMARY KEY,           -- that has to leave
    held      BLOB NOT NULL,              -- what it could hold when it was revoked, JSON (server.Held)
    commands  INTEGER NOT NULL DEFAULT 0, -- handed over
    handed    INTEGER NOT NULL DEFAULT 0, -- when the last part of its outbox came; 0 = none did
    report    BLOB,                       -- its confirmation, JSON (enrol.LeaveReport)
    confirmed INTEGER NOT NULL DEFAULT 0  -- when that came; 0 = it has not
) WITHOUT ROWID;

-- Its outbox, in parts, sealed to the province.
CREATE TABLE device_outbox (
    device   TEXT NOT NULL,    -- that handed it over
    part     INTEGER NOT NULL, -- 1, 2, 3 …
    at       INTEGER NOT NULL, -- when it came
    commands INTEGER NOT NULL, -- in the part
    sealed   BLOB NOT NULL,    -- enrol.SealOutbox
    PRIMARY KEY (device, part)
);
