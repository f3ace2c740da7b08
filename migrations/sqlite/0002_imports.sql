-- The rows that imported incidents were made of, kept as they were.

-- The header of each kind of file once, instead of in every row.
CREATE TABLE headers (
  key INTEGER PRIMARY KEY,
  columns TEXT NOT NULL UNIQUE    -- JSON array of column names
) STRICT;

CREATE TABLE originals (
  document_key INTEGER PRIMARY KEY REFERENCES documents (key),
  header_key INTEGER NOT NULL REFERENCES headers (key),
  cells TEXT NOT NULL             -- JSON array of texts, in the order of the header
) STRICT;
