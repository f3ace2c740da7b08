-- Figures summed ahead, so that what is often asked is answered without reading every incident.

-- What remains of a group's figures once its parts are counted, bound by bound: max(own - parts, 0). A group
-- without a row here has no parts and counts its own figures.
CREATE TABLE group_rests (
  incident_key INTEGER PRIMARY KEY REFERENCES incidents (key),
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
  injured_unknown_low INTEGER, injured_unknown_best INTEGER, injured_unknown_high INTEGER
) STRICT;

-- Sums of what incidents count, rests in place of groups with parts. `open`: records of which no upper bound
-- was stated; `unstated`: records of which nobody said; `spread_…`: records that end in a later interval. A period is
-- its first day, that of the record's first day. What records do not say is empty text here, and of actors 0.
CREATE TABLE rollup_datasets (
  dataset TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  spread_day INTEGER NOT NULL,
  spread_week INTEGER NOT NULL,
  spread_month INTEGER NOT NULL,
  spread_quarter INTEGER NOT NULL,
  spread_year INTEGER NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollup_months (
  dataset TEXT NOT NULL,
  country_id TEXT NOT NULL,
  period TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  spread_month INTEGER NOT NULL,
  spread_quarter INTEGER NOT NULL,
  spread_year INTEGER NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, country_id, period, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollup_admin1_months (
  dataset TEXT NOT NULL,
  country_id TEXT NOT NULL,
  admin1_id TEXT NOT NULL,
  period TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  spread_month INTEGER NOT NULL,
  spread_quarter INTEGER NOT NULL,
  spread_year INTEGER NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, country_id, admin1_id, period, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollup_days (
  dataset TEXT NOT NULL,
  period TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  spread_day INTEGER NOT NULL,
  spread_week INTEGER NOT NULL,
  spread_month INTEGER NOT NULL,
  spread_quarter INTEGER NOT NULL,
  spread_year INTEGER NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, period, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
-- By cells of a quarter of a degree: row from the south pole × 2^16 + column from 180° west + 1, 0 without a position.
CREATE TABLE rollup_cells (
  dataset TEXT NOT NULL,
  cell INTEGER NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  latitude REAL, longitude REAL,  -- sums, for the mean position
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, cell, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollup_cities (
  dataset TEXT NOT NULL,
  country_id TEXT NOT NULL,
  admin1_id TEXT NOT NULL,
  city_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_type TEXT NOT NULL,
  sub_event_type TEXT NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, country_id, admin1_id, city_id, kind, event_type, sub_event_type)
) STRICT, WITHOUT ROWID;
-- A record of several actors is in the sums of each.
CREATE TABLE rollup_actor_years (
  dataset TEXT NOT NULL,
  actor_key INTEGER NOT NULL,
  period TEXT NOT NULL,
  kind TEXT NOT NULL,
  spread_year INTEGER NOT NULL,
  records INTEGER NOT NULL,
  incidents_low INTEGER NOT NULL, incidents_high INTEGER, incidents_open INTEGER NOT NULL,
  deaths_low INTEGER, deaths_best INTEGER, deaths_high INTEGER, deaths_open INTEGER NOT NULL, deaths_unstated INTEGER NOT NULL,
  injured_low INTEGER, injured_best INTEGER, injured_high INTEGER, injured_open INTEGER NOT NULL, injured_unstated INTEGER NOT NULL,
  PRIMARY KEY (dataset, actor_key, period, kind)
) STRICT, WITHOUT ROWID;
