-- +goose Up
-- Contents that revoked devices hand over: sealed segments which the work in
-- their outbox needs and no document may ever name. What stands here is not
-- removed as unnamed. Times are Unix milliseconds.
CREATE TABLE device_content (
    device  TEXT NOT NULL,    -- that hands it over
    segment BLOB NOT NULL,    -- SHA-256 of the ciphertext
    size    INTEGER NOT NULL, -- bytes, as the device announced them
    file    INTEGER NOT NULL, -- which of its files the segment belongs to, as the device counts them
    came    INTEGER NOT NULL DEFAULT 0, -- when the server had verified the whole; 0 = it is awaited
    PRIMARY KEY (device, segment)
) WITHOUT ROWID;
CREATE INDEX device_content_segment ON device_content (segment);
