-- What more records are filtered by. The columns are filled from the documents after the migration.
ALTER TABLE incidents ADD COLUMN date_precision TEXT;
ALTER TABLE incidents ADD COLUMN geo_precision TEXT;
-- A range is known as exactly as the shortest period that is as long.
ALTER TABLE incidents ADD COLUMN date_known_to TEXT GENERATED ALWAYS AS (CASE
  WHEN date_precision <> 'range' THEN date_precision
  WHEN lasts_up_to = 0 THEN 'day'
  WHEN lasts_up_to = 7 THEN 'week'
  WHEN lasts_up_to = 31 THEN 'month'
  WHEN lasts_up_to = 366 THEN 'year'
  ELSE 'range' END) VIRTUAL;
ALTER TABLE incidents ADD COLUMN violence_type TEXT;
ALTER TABLE incidents ADD COLUMN conflict_id TEXT;
ALTER TABLE incidents ADD COLUMN dyad_id TEXT;
CREATE INDEX incidents_by_date_precision ON incidents (date_precision);
CREATE INDEX incidents_by_geo_precision ON incidents (geo_precision);
CREATE INDEX incidents_by_violence_type ON incidents (violence_type) WHERE violence_type IS NOT NULL;
CREATE INDEX incidents_by_conflict ON incidents (conflict_id) WHERE conflict_id IS NOT NULL;
CREATE INDEX incidents_by_dyad ON incidents (dyad_id) WHERE dyad_id IS NOT NULL;

CREATE TABLE incident_weapons (
  incident_key INTEGER NOT NULL REFERENCES incidents (key),
  weapon TEXT NOT NULL,           -- folded
  PRIMARY KEY (incident_key, weapon)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_weapons_by_weapon ON incident_weapons (weapon, incident_key);

-- The conflicts, dyads and weapons of all incidents, to be found by name.
CREATE TABLE terms (
  field TEXT NOT NULL,            -- conflict, dyad or weapon
  id TEXT NOT NULL,               -- of a weapon: its folded name
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  PRIMARY KEY (field, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX terms_by_folded ON terms (field, folded);

-- Sums by precision, so that a sum by cell, city or date can say how much is known less precisely. Roll-ups are filled
-- again after the migration.
DROP TABLE rollup_cells;
DROP TABLE rollup_cities;
CREATE TABLE rollup_cells (
  dataset TEXT NOT NULL,
  cell INTEGER NOT NULL,
  geo_precision TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  latitude REAL, longitude REAL,  -- sums, for the mean position
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, cell, geo_precision, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollup_cities (
  dataset TEXT NOT NULL,
  country_id TEXT NOT NULL,
  admin1_id TEXT NOT NULL,
  city_id TEXT NOT NULL,
  geo_precision TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, country_id, admin1_id, city_id, geo_precision, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollup_precisions (
  dataset TEXT NOT NULL,
  country_id TEXT NOT NULL,
  geo_precision TEXT NOT NULL,
  date_precision TEXT NOT NULL,
  date_known_to TEXT NOT NULL,
  violence_type TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, country_id, geo_precision, date_precision, date_known_to, violence_type, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollup_conflict_years (
  dataset TEXT NOT NULL,
  country_id TEXT NOT NULL,
  conflict_id TEXT NOT NULL,
  dyad_id TEXT NOT NULL,
  period TEXT NOT NULL,
  violence_type TEXT NOT NULL,
  kind TEXT NOT NULL,
  spread_year INTEGER NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, country_id, conflict_id, dyad_id, period, violence_type, kind)
) STRICT, WITHOUT ROWID;

UPDATE documents SET document =
  replace(document, ',"weapons":[', ',"violence_type":null,"conflict":null,"dyad":null,"weapons":[');
