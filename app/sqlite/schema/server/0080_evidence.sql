-- +goose Up
-- Two bits more: 16 evidence is to be put into the sealed file, 32 an archive
-- time-stamp behind it.
CREATE INDEX signing_due_evidence ON signing_due (doc) WHERE due & 16;
CREATE INDEX signing_due_archive ON signing_due (doc) WHERE due & 32;
