-- +goose Up
-- On the server most words stand in a great part of a million documents, and a
-- search leaps through each word's list to the documents that the searcher may
-- see. Smaller leaves of the index let it land nearer.
INSERT INTO document_fts (document_fts, rank) VALUES ('pgsz', 500);
