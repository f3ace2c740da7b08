-- Sums come from the column store, which is derived from the records; see docs/decisions/0031.
DROP TABLE rollup_datasets;
DROP TABLE rollup_months;
DROP TABLE rollup_admin1_months;
DROP TABLE rollup_days;
DROP TABLE rollup_cells;
DROP TABLE rollup_cities;
DROP TABLE rollup_precisions;
DROP TABLE rollup_conflict_years;
DROP TABLE rollup_actor_years;

-- The last states of the data, and the incidents that were added, changed or removed by the revision that a state has:
-- what the column store of an earlier state lacks. Empty where too much has changed.
CREATE TABLE states (
  revision INTEGER PRIMARY KEY,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE changed_incidents (
  revision INTEGER NOT NULL,
  key INTEGER NOT NULL,
  PRIMARY KEY (revision, key)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER note_added_incident AFTER INSERT ON incidents BEGIN
  INSERT OR IGNORE INTO changed_incidents (revision, key) SELECT revision + 1, new.key FROM store;
END;
CREATE TRIGGER note_changed_incident AFTER UPDATE ON incidents BEGIN
  INSERT OR IGNORE INTO changed_incidents (revision, key)
    SELECT revision + 1, changed.key FROM store, (SELECT old.key AS key UNION SELECT new.key) AS changed;
END;
CREATE TRIGGER note_removed_incident AFTER DELETE ON incidents BEGIN
  INSERT OR IGNORE INTO changed_incidents (revision, key) SELECT revision + 1, old.key FROM store;
END;
-- Incidents are summed by the identities of their actors.
CREATE TRIGGER note_added_identity AFTER INSERT ON actor_identities BEGIN
  INSERT OR IGNORE INTO changed_incidents (revision, key)
    SELECT revision + 1, incident_key FROM store, incident_actors WHERE actor_key = new.actor_key;
END;
CREATE TRIGGER note_removed_identity AFTER DELETE ON actor_identities BEGIN
  INSERT OR IGNORE INTO changed_incidents (revision, key)
    SELECT revision + 1, incident_key FROM store, incident_actors WHERE actor_key = old.actor_key;
END;
