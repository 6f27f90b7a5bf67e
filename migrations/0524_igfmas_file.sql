-- The file of a version (arahan bayaran) in the blob store and the length of its newest revision; NULL before it is
-- submitted.
ALTER TABLE igfmas_document_version ADD COLUMN file TEXT;
ALTER TABLE igfmas_document_version ADD COLUMN head_length BIGINT;
ALTER TABLE igfmas_document_version ADD COLUMN head_sha256 BYTEA;
