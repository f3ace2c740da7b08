-- Which actors of different data sets are one: every actor keeps its own row and its data set's name.

-- The curated table, seed/actor-identities.json.
CREATE TABLE curated_identities (
  id TEXT PRIMARY KEY,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every decision about two actors, or an actor and a curated identity; the last one is in force. Public ids: a
-- decision outlives the rows of its actors.
CREATE TABLE actor_decisions (
  key INTEGER PRIMARY KEY,
  a_id TEXT NOT NULL,             -- the smaller (binary order) first
  b_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('joined', 'parted', 'undecided')),
  decided_at TEXT NOT NULL,
  decided_by TEXT,
  note TEXT
) STRICT;
CREATE INDEX actor_decisions_by_pair ON actor_decisions (a_id, b_id);

-- What follows from the actors, the curated table and the decisions: the identities that are curated or have several
-- actors, and the identity of each actor.
CREATE TABLE identities (
  key INTEGER PRIMARY KEY,        -- the least key of its actors
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  curated TEXT NOT NULL           -- JSON array of ids in the curated table
) STRICT;
CREATE TABLE actor_identities (
  actor_key INTEGER PRIMARY KEY REFERENCES actors (key),
  identity_key INTEGER NOT NULL,  -- of an actor that no other is joined with, its own key
  alike TEXT NOT NULL,            -- equal for names that differ in articles, order and brackets only
  evidence TEXT NOT NULL          -- JSON array
) STRICT;
CREATE INDEX actor_identities_by_identity ON actor_identities (identity_key, actor_key);
CREATE INDEX actor_identities_by_alike ON actor_identities (alike);
INSERT INTO actor_identities (actor_key, identity_key, alike, evidence) SELECT key, key, '', '[]' FROM actors;

-- A record of several actors of one identity is in its sums once.
ALTER TABLE rollup_actor_years RENAME COLUMN actor_key TO identity_key;
CREATE INDEX rollup_actor_years_by_identity ON rollup_actor_years (identity_key);
