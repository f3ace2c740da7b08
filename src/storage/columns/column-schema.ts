import { createHash } from 'node:crypto'
import { COLUMNS, COUNTED } from '../records/derived-rows.ts'

/** A column of the column store, with its type in DuckDB. */
export interface Column {
  name: string
  type: 'BIGINT' | 'BOOLEAN' | 'DATE' | 'DOUBLE' | 'VARCHAR'
}

/** What is filled from the record store, by table. The columns have their names there. */
export const FILLED = {
  // With what each counts: of a group that has parts, what remains of its figures.
  incidents: typed([...COLUMNS.incidents.filter((column) => column !== 'id'), 'date_known_to', 'has_parts']),
  // `identity_key` of the actor: its own where no other is the same.
  incident_actors: typed(['incident_key', 'actor_key', 'role', 'identity_key']),
  // The figures of groups that have parts, by which they are filtered.
  own_figures: typed(['incident_key', ...COUNTED]),
} as const satisfies Record<string, readonly Column[]>
/** A table of the column store. */
export type ColumnTable = keyof typeof FILLED

/**
 * Further columns of the incidents: the identities of the actors, each once, since a record of several actors that are
 * the same has all of them and is counted once; null without actors.
 */
const COMPUTED = 'identities BIGINT[]'

/**
 * SQL that creates the tables, in place of earlier ones, and one with the number of incidents that have changed since
 * all were filled.
 */
export const CREATE_TABLES = [
  ...Object.entries(FILLED).map(
    ([table, columns]) =>
      `CREATE OR REPLACE TABLE ${table} (${listTyped(columns)}${table === 'incidents' ? `, ${COMPUTED}` : ''})`,
  ),
  'CREATE OR REPLACE TABLE changes (incidents BIGINT)',
  'INSERT INTO changes VALUES (0)',
].join(';\n')

/** Part of the names of files: those of releases with other tables are not read. */
export const SCHEMA_DIGEST = createHash('sha256').update(CREATE_TABLES).digest('hex').slice(0, 8)

/** SQL of columns with their types. */
function listTyped(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join(', ')
}

function typed(names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: typeOf(name) }))
}

function typeOf(name: string): Column['type'] {
  if (name === 'key' || name.endsWith('_key') || (COUNTED as readonly string[]).includes(name))
    return 'BIGINT'
  if (name === 'date_start' || name === 'date_end') return 'DATE'
  if (name === 'has_parts') return 'BOOLEAN'
  return name === 'latitude' || name === 'longitude' ? 'DOUBLE' : 'VARCHAR'
}
