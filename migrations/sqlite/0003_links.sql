-- Which records of different data sets tell of the same event. A link names its incidents by their public ids:
-- keys may change when a record is imported anew.

CREATE TABLE links (
  key INTEGER PRIMARY KEY,
  a_id TEXT NOT NULL,             -- ids of the two incidents, the smaller (binary order) first
  b_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('suggested', 'accepted', 'rejected')),
  score REAL NOT NULL,
  components TEXT NOT NULL,       -- JSON array of what the score is made of
  suggested_at TEXT NOT NULL,
  UNIQUE (a_id, b_id)
) STRICT;
CREATE INDEX links_by_b ON links (b_id, a_id);
CREATE INDEX links_by_status ON links (status, score);

-- Every decision about a link, the last one in force.
CREATE TABLE link_decisions (
  key INTEGER PRIMARY KEY,
  link_key INTEGER NOT NULL REFERENCES links (key),
  status TEXT NOT NULL,           -- suggested: an earlier decision was taken back
  decided_at TEXT NOT NULL,
  decided_by TEXT,
  note TEXT
) STRICT;
CREATE INDEX link_decisions_by_link ON link_decisions (link_key);

-- Incidents name the records that accepted links join them to; none does yet. Inside a text a quotation mark has a
-- backslash before it, so that this finds the property only.
UPDATE documents SET document = replace(document, ',"source_ids":', ',"same_as":[],"source_ids":');
