-- The rows that imported incidents were made of, kept as they were.

-- The header of each kind of file once, instead of in every row.
CREATE TABLE headers (
  key INTEGER PRIMARY KEY,
  columns TEXT NOT NULL UNIQUE    -- JSON array of column names
) STRICT;

CREATE TABLE originals (
  key INTEGER PRIMARY KEY,        -- in the order of the file
  header_key INTEGER NOT NULL REFERENCES headers (key),
  cells TEXT NOT NULL             -- JSON array of texts, in the order of the header
) STRICT;
-- The row that an incident was made of; without REFERENCES, for which the end of a row would search all incidents.
ALTER TABLE incidents ADD COLUMN original_key INTEGER;
