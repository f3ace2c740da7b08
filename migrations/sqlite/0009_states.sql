-- A random id of the state of the data, drawn by each write: two states never share it, nor do those that follow one
-- backup which was restored twice.
ALTER TABLE store ADD COLUMN state TEXT NOT NULL DEFAULT '';
UPDATE store SET state = lower(hex(randomblob(16)));
