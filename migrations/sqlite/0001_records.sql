-- The record store. Each record is kept whole as the JSON document that the API returns (`document`);
-- the other columns repeat what queries need of it. `incidents check` holds the two together.

-- One row about the database itself.
CREATE TABLE store (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  database_id TEXT NOT NULL,      -- random: two databases never share an ETag
  cursor_secret TEXT NOT NULL,    -- random: cursors are signed with it
  revision INTEGER NOT NULL,      -- counts the writes that changed something
  revised_at TEXT NOT NULL
) STRICT;

CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  -- What answers cite of it.
  name TEXT GENERATED ALWAYS AS (document ->> '$.name') STORED,
  version TEXT GENERATED ALWAYS AS (document ->> '$.version') STORED,
  licence TEXT GENERATED ALWAYS AS (document ->> '$.licence') STORED,
  citation TEXT GENERATED ALWAYS AS (document ->> '$.citation') STORED
) STRICT, WITHOUT ROWID;

CREATE TABLE event_types (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL
) STRICT;

-- Sources are found by who published them: publishers are few, sources many.
CREATE TABLE publishers (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE sources (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  publisher_key INTEGER NOT NULL REFERENCES publishers (key),
  document TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX sources_by_id ON sources (id);
CREATE INDEX sources_by_publisher ON sources (publisher_key, id);
CREATE INDEX sources_by_dataset ON sources (dataset);

CREATE TABLE actors (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  kind TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE places (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  kind TEXT NOT NULL,
  country_id TEXT NOT NULL,
  -- The place itself and the places that it lies in, one column a kind.
  admin1_id TEXT,
  city_id TEXT,
  district_id TEXT,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX places_by_country ON places (country_id, kind);

-- Every name of a place, actor or publisher, folded for comparison.
CREATE TABLE names (
  key INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,           -- places, actors or publishers
  entity_key INTEGER NOT NULL,
  folded TEXT NOT NULL,
  shown TEXT NOT NULL             -- the name that a suggestion shows for it
) STRICT;
CREATE INDEX names_by_folded ON names (entity, folded);
CREATE INDEX names_by_entity ON names (entity, entity_key);
CREATE VIRTUAL TABLE names_trigrams USING fts5 (folded, content = 'names', content_rowid = 'key', tokenize = 'trigram');
CREATE TRIGGER names_added AFTER INSERT ON names BEGIN
  INSERT INTO names_trigrams (rowid, folded) VALUES (new.key, new.folded);
END;
CREATE TRIGGER names_removed AFTER DELETE ON names BEGIN
  INSERT INTO names_trigrams (names_trigrams, rowid, folded) VALUES ('delete', old.key, old.folded);
END;

CREATE TABLE incidents (
  key INTEGER PRIMARY KEY,        -- follows date_start: days since 1970 × 2^20 + a sequence number
  id TEXT NOT NULL,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  kind TEXT NOT NULL,
  date_start TEXT NOT NULL,
  date_end TEXT NOT NULL,
  country_id TEXT NOT NULL,
  admin1_id TEXT,
  city_id TEXT,
  district_id TEXT,
  latitude REAL,
  longitude REAL,
  event_type TEXT,
  sub_event_type TEXT,
  incident_count_low INTEGER NOT NULL, incident_count_high INTEGER,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER,
  deaths_civilians_low INTEGER, deaths_civilians_best INTEGER, deaths_civilians_high INTEGER,
  deaths_security_forces_low INTEGER, deaths_security_forces_best INTEGER, deaths_security_forces_high INTEGER,
  deaths_assailants_low INTEGER, deaths_assailants_best INTEGER, deaths_assailants_high INTEGER,
  deaths_unknown_low INTEGER, deaths_unknown_best INTEGER, deaths_unknown_high INTEGER,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER,
  injured_civilians_low INTEGER, injured_civilians_best INTEGER, injured_civilians_high INTEGER,
  injured_security_forces_low INTEGER, injured_security_forces_best INTEGER, injured_security_forces_high INTEGER,
  injured_assailants_low INTEGER, injured_assailants_best INTEGER, injured_assailants_high INTEGER,
  injured_unknown_low INTEGER, injured_unknown_best INTEGER, injured_unknown_high INTEGER,
  deaths_rank INTEGER GENERATED ALWAYS AS (coalesce(deaths_best, -1)) VIRTUAL, -- nobody said: below zero
  -- It ends at most so many days after its first.
  lasts_up_to INTEGER GENERATED ALWAYS AS (CASE
    WHEN date_end = date_start THEN 0
    WHEN julianday(date_end) - julianday(date_start) <= 7 THEN 7
    WHEN julianday(date_end) - julianday(date_start) <= 31 THEN 31
    WHEN julianday(date_end) - julianday(date_start) <= 366 THEN 366
    WHEN julianday(date_end) - julianday(date_start) <= 3660 THEN 3660
    ELSE 4000000 END) VIRTUAL,
  -- The cell that it lies in, of grids of a quarter of a degree, 1, 4 and 16 degrees: row from the south pole × 4096
  -- + column from 180° west.
  cell_quarter INTEGER GENERATED ALWAYS AS
    (CAST((latitude + 90) * 4 AS INTEGER) * 4096 + CAST((longitude + 180) * 4 AS INTEGER)) VIRTUAL,
  cell_1 INTEGER GENERATED ALWAYS AS
    (CAST(latitude + 90 AS INTEGER) * 4096 + CAST(longitude + 180 AS INTEGER)) VIRTUAL,
  cell_4 INTEGER GENERATED ALWAYS AS
    (CAST((latitude + 90) / 4 AS INTEGER) * 4096 + CAST((longitude + 180) / 4 AS INTEGER)) VIRTUAL,
  cell_16 INTEGER GENERATED ALWAYS AS
    (CAST((latitude + 90) / 16 AS INTEGER) * 4096 + CAST((longitude + 180) / 16 AS INTEGER)) VIRTUAL,
  updated_at TEXT NOT NULL
) STRICT;
-- Each index ends with the key and so has the records of a value in the order of their dates; those of values with
-- many records have them in other orders too.
CREATE UNIQUE INDEX incidents_by_id ON incidents (id);
CREATE INDEX incidents_by_country ON incidents (country_id);
CREATE INDEX incidents_by_country_and_deaths ON incidents (country_id, deaths_rank);
CREATE INDEX incidents_by_country_and_updated_at ON incidents (country_id, updated_at);
CREATE INDEX incidents_by_admin1 ON incidents (admin1_id) WHERE admin1_id IS NOT NULL;
CREATE INDEX incidents_by_admin1_and_deaths ON incidents (admin1_id, deaths_rank) WHERE admin1_id IS NOT NULL;
CREATE INDEX incidents_by_city ON incidents (city_id) WHERE city_id IS NOT NULL;
CREATE INDEX incidents_by_city_and_deaths ON incidents (city_id, deaths_rank) WHERE city_id IS NOT NULL;
CREATE INDEX incidents_by_district ON incidents (district_id) WHERE district_id IS NOT NULL;
CREATE INDEX incidents_by_event_type ON incidents (event_type) WHERE event_type IS NOT NULL;
CREATE INDEX incidents_by_event_type_and_deaths ON incidents (event_type, deaths_rank) WHERE event_type IS NOT NULL;
CREATE INDEX incidents_by_sub_event_type ON incidents (sub_event_type) WHERE sub_event_type IS NOT NULL;
CREATE INDEX incidents_by_sub_event_type_and_deaths ON incidents (sub_event_type, deaths_rank)
  WHERE sub_event_type IS NOT NULL;
CREATE INDEX incidents_by_dataset ON incidents (dataset);
CREATE INDEX incidents_by_dataset_and_deaths ON incidents (dataset, deaths_rank);
CREATE INDEX incidents_by_dataset_and_updated_at ON incidents (dataset, updated_at);
CREATE INDEX incidents_by_kind ON incidents (kind);
CREATE INDEX incidents_by_deaths ON incidents (deaths_rank);
CREATE INDEX incidents_by_updated_at ON incidents (updated_at);
CREATE INDEX incidents_by_duration ON incidents (lasts_up_to);
CREATE INDEX incidents_by_cell_quarter ON incidents (cell_quarter) WHERE cell_quarter IS NOT NULL;
CREATE INDEX incidents_by_cell_1 ON incidents (cell_1) WHERE cell_1 IS NOT NULL;
CREATE INDEX incidents_by_cell_4 ON incidents (cell_4) WHERE cell_4 IS NOT NULL;
CREATE INDEX incidents_by_cell_16 ON incidents (cell_16) WHERE cell_16 IS NOT NULL;

-- What the API returns of each incident, apart from the columns that queries walk through, in the same order: the
-- records of a page lie near each other.
CREATE TABLE documents (
  key INTEGER PRIMARY KEY REFERENCES incidents (key),
  dataset TEXT NOT NULL,
  document TEXT NOT NULL,
  claims TEXT                     -- JSON array; NULL: each figure is what the data set itself states
) STRICT;

-- Folded words of title, description, places, actors and weapons, separated by spaces; rowid is the incident's key.
CREATE VIRTUAL TABLE incidents_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE VIRTUAL TABLE incidents_terms USING fts5vocab (incidents_words, instance);

CREATE TABLE incident_actors (
  incident_key INTEGER NOT NULL REFERENCES incidents (key),
  actor_key INTEGER NOT NULL REFERENCES actors (key),
  role TEXT NOT NULL,
  PRIMARY KEY (incident_key, actor_key, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_actors_by_actor ON incident_actors (actor_key, role, incident_key);

CREATE TABLE incident_sources (
  incident_key INTEGER NOT NULL REFERENCES incidents (key),
  source_key INTEGER NOT NULL REFERENCES sources (key),
  publisher_key INTEGER NOT NULL REFERENCES publishers (key),
  PRIMARY KEY (incident_key, source_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_sources_by_source ON incident_sources (source_key, incident_key);
CREATE INDEX incident_sources_by_publisher ON incident_sources (publisher_key, incident_key);

-- Which incident is part of which group or reported total.
CREATE TABLE parts (
  incident_key INTEGER NOT NULL REFERENCES incidents (key),
  whole_id TEXT NOT NULL,
  PRIMARY KEY (incident_key, whole_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX parts_by_whole ON parts (whole_id, incident_key);

CREATE TABLE tolls (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  date_start TEXT NOT NULL,
  date_end TEXT NOT NULL,
  country_id TEXT NOT NULL,
  admin1_id TEXT,
  city_id TEXT,
  district_id TEXT,
  updated_at TEXT NOT NULL,
  document TEXT NOT NULL,
  claims TEXT NOT NULL
) STRICT;
