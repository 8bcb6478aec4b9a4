-- +goose Up
-- Documents of an office lie together now: pages of FTS5's own size hold more of
-- what one search needs, and are written faster.
INSERT INTO document_fts (document_fts, rank) VALUES ('pgsz', 4050);
