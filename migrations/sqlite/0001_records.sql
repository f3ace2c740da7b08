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
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event_types (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE sources (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  document TEXT NOT NULL
) STRICT;

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

-- Every name of a place, actor or source, folded for comparison.
CREATE TABLE names (
  key INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,           -- places, actors or sources
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
  id TEXT NOT NULL UNIQUE,
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
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER,
  deaths_civilians_low INTEGER, deaths_civilians_best INTEGER, deaths_civilians_high INTEGER,
  deaths_security_forces_low INTEGER, deaths_security_forces_best INTEGER, deaths_security_forces_high INTEGER,
  deaths_assailants_low INTEGER, deaths_assailants_best INTEGER, deaths_assailants_high INTEGER,
  deaths_unknown_low INTEGER, deaths_unknown_best INTEGER, deaths_unknown_high INTEGER,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER,
  deaths_rank INTEGER GENERATED ALWAYS AS (coalesce(deaths_best, -1)) VIRTUAL, -- nobody said: below zero
  updated_at TEXT NOT NULL,
  document TEXT NOT NULL,
  claims TEXT NOT NULL            -- JSON array
) STRICT;
CREATE INDEX incidents_by_country ON incidents (country_id);
CREATE INDEX incidents_by_admin1 ON incidents (admin1_id);
CREATE INDEX incidents_by_city ON incidents (city_id);
CREATE INDEX incidents_by_district ON incidents (district_id);
CREATE INDEX incidents_by_event_type ON incidents (event_type, sub_event_type);
CREATE INDEX incidents_by_dataset ON incidents (dataset);
CREATE INDEX incidents_by_deaths ON incidents (deaths_rank);
CREATE INDEX incidents_by_updated_at ON incidents (updated_at);
CREATE INDEX incidents_by_date_end ON incidents (date_end);
CREATE INDEX incidents_by_location ON incidents (latitude, longitude);

-- Folded words of title, description, places, actors and weapons; rowid is the incident's key.
CREATE VIRTUAL TABLE incidents_words USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M*'"
);

CREATE TABLE incident_actors (
  actor_id TEXT NOT NULL REFERENCES actors (id),
  role TEXT NOT NULL,
  incident_key INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  PRIMARY KEY (actor_id, role, incident_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_actors_by_incident ON incident_actors (incident_key);

CREATE TABLE incident_sources (
  source_id TEXT NOT NULL REFERENCES sources (id),
  incident_key INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  PRIMARY KEY (source_id, incident_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_sources_by_incident ON incident_sources (incident_key);

-- Which incident is part of which group or reported total (both by id).
CREATE TABLE parts (
  whole_id TEXT NOT NULL,
  incident_key INTEGER NOT NULL REFERENCES incidents (key) ON DELETE CASCADE,
  PRIMARY KEY (whole_id, incident_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX parts_by_incident ON parts (incident_key);

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
