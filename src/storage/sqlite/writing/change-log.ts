import type { Connection } from '../database/connection.ts'

/** The states from which the column store can be brought up to date; changes since older ones are forgotten. */
const MAX_STATES = 10

/** Forgets all states: the next column store is filled from all records. */
const FORGET = ['DELETE FROM states', 'DELETE FROM changed_incidents']

/** SQL that adds the present state and forgets those that are too old. */
export const NOTE_STATE = `
  INSERT OR REPLACE INTO states (revision, state) SELECT revision, state FROM store;
  DELETE FROM states WHERE revision <= (SELECT revision FROM store) - ${MAX_STATES};
  DELETE FROM changed_incidents WHERE revision <= (SELECT min(revision) FROM states);`

/** Statements that end the noting of changed incidents, for work that changes about all, and that begin it again. */
export function suspendChangeLog(connection: Connection): { begin: string[]; end: string[] } {
  const triggers = connection.all<{ name: string; sql: string }>(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('incidents', 'actor_identities')`,
  )
  return {
    begin: [...triggers.map(({ name }) => `DROP TRIGGER ${name}`), ...FORGET],
    end: triggers.map(({ sql }) => sql),
  }
}

/** Changed incidents below which the column store is written by the first query that needs it, in a tenth of a second. */
const MIN_MANY = 5000

/** Whether the present revision changed enough incidents for queries to have to wait for the column store. */
export function hasChangedMany(connection: Connection): boolean {
  const row = connection.get<{ states: number; changed: number }>(
    `SELECT (SELECT count(*) FROM states) AS states,
       (SELECT count(*) FROM changed_incidents WHERE revision = (SELECT revision FROM store)) AS changed`,
  )
  return row?.states === 1 || Number(row?.changed) >= MIN_MANY
}
