import { parse, type SerializedJson } from '../../../records.ts'
import { DERIVED, deriveRows } from '../../records/derived-rows.ts'
import type { RecordOf } from '../../records/tables.ts'
import type { Connection } from '../database/connection.ts'
import { INCIDENTS_WITH_DOCUMENTS } from '../records/document-sql.ts'
import { ReferenceLookup } from '../records/reference-lookup.ts'

const WORDS = DERIVED.incidents.indexOf('incidents_words')

/** Derives the words of all incidents of some sources again: full text holds the titles of sources. */
export function refreshWords(connection: Connection, sourceIds: readonly string[]): void {
  const references = new ReferenceLookup(connection)
  for (const id of sourceIds) {
    const rows = connection.all<{ key: number; document: SerializedJson<RecordOf<'incidents'>> }>(
      `SELECT incidents.key, document FROM ${INCIDENTS_WITH_DOCUMENTS} WHERE incidents.key IN
         (SELECT incident_key FROM incident_sources WHERE source_key = (SELECT key FROM sources WHERE id = ?))`,
      id,
    )
    for (const { key, document } of rows) {
      const incident = parse(document)
      references.prefetch('incidents', [incident])
      const [row = []] = deriveRows('incidents', incident, key, references)[WORDS] ?? []
      connection.run('DELETE FROM incidents_words WHERE rowid = ?', key)
      connection.run('INSERT INTO incidents_words (rowid, words) VALUES (?, ?)', ...row)
    }
  }
}
