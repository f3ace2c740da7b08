-- Which batch of records the data was found to hold whole, and at which revision: as long as neither changes, a
-- start need not compare them.
CREATE TABLE loaded (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  digest TEXT NOT NULL,           -- of what the batch was made of
  revision INTEGER NOT NULL
) STRICT;
