import { COLUMNS, type DerivedTable } from '../../records/derived-rows.ts'
import type { Table } from '../../records/tables.ts'
import { INCIDENTS_WITH_DOCUMENTS } from './document-sql.ts'

/** SQL of what comes before `= key` in a condition on the rows of one record. */
export function ownerCondition(derived: DerivedTable, table: Table): string {
  return derived === 'names' ? `entity = '${table}' AND entity_key` : COLUMNS[derived][0]
}

/** Where the columns of a derived table are read from, where the table itself has others. */
const VIEWS: { [T in DerivedTable]?: string } = {
  incident_sources: `(SELECT incident_key, id AS source_id FROM incident_sources
    JOIN sources ON key = source_key AND sources.publisher_key = incident_sources.publisher_key)`,
}

/** SQL of the rows of one record in a derived table, as `deriveRows` gives them; the parameter is its key. */
export function selectDerived(derived: DerivedTable, table: Table): string {
  return `SELECT ${COLUMNS[derived].join(', ')} FROM ${VIEWS[derived] ?? derived} WHERE ${ownerCondition(derived, table)} = ?`
}

/** SQL of the documents of each kind of record, with the keys of their records. */
export const DOCUMENTS_OF: Readonly<Record<Table, string>> = {
  sources: 'SELECT key, id, document FROM sources',
  actors: 'SELECT key, id, document FROM actors',
  places: 'SELECT key, id, document FROM places',
  tolls: 'SELECT key, id, document, claims FROM tolls',
  incidents: `SELECT incidents.key, id, document, claims FROM ${INCIDENTS_WITH_DOCUMENTS}`,
}
