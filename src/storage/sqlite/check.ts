import { Claim } from '../../claims/claim.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import { issuesOf } from '../../validation/validate.ts'
import type { Connection, SqlValue } from './connection.ts'
import { incidentColumns, incidentWords, isKeyOf, placeColumns } from './incident-row.ts'
import { RECORD_SCHEMAS } from './tables.ts'

/** Everything that is wrong with the file and its records, a sentence each; see `Storage.check`. */
export function check(connection: Connection): string[] {
  const file = connection
    .all<{ integrity_check: string }>('PRAGMA integrity_check')
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok')
  // A damaged file makes everything else below unreliable.
  if (file.length > 0) return file.map((line) => `file: ${line}`)
  return [
    ...references(connection),
    ...documents(connection),
    ...incidents(connection),
    ...fullText(connection),
  ]
}

function references(connection: Connection): string[] {
  const broken = connection
    .all<{ table: string; rowid: number; parent: string }>('PRAGMA foreign_key_check')
    .map(
      ({ table, rowid, parent }) => `${table}: row ${rowid} refers to a row of ${parent} that is not there`,
    )
  const wholes = connection
    .all<{ whole_id: string }>(
      `SELECT DISTINCT whole_id FROM parts
       WHERE whole_id NOT IN (SELECT id FROM tolls UNION SELECT id FROM incidents WHERE kind = 'group')`,
    )
    .map(({ whole_id }) => `parts: ${whole_id} is neither a group nor a reported total`)
  return [...broken, ...wholes]
}

function* rows<Row>(connection: Connection, sql: string): Generator<Row> {
  yield* connection.iterate<Row>(sql)
}

function documents(connection: Connection): string[] {
  return Object.entries(RECORD_SCHEMAS).flatMap(([table, schema]) => {
    const problems: string[] = []
    for (const { id, document } of rows<{ id: string; document: string }>(
      connection,
      `SELECT id, document FROM ${table}`,
    )) {
      for (const { parameter, reason } of issuesOf(schema, JSON.parse(document))) {
        problems.push(`${table}: ${id}: ${parameter} ${reason}`)
      }
    }
    return problems
  })
}

function incidents(connection: Connection): string[] {
  const problems: string[] = []
  const all = connection.all<
    Record<string, SqlValue> & { key: number; id: string; document: string; claims: string }
  >('SELECT * FROM incidents')
  for (const row of all) {
    const incident = JSON.parse(row.document) as Incident
    const expected = incidentColumns(incident, placeColumns(connection, incident.place.id))
    for (const [column, value] of Object.entries(expected)) {
      if (row[column] !== value)
        problems.push(`incidents: ${row.id}: the column ${column} differs from the record`)
    }
    if (!isKeyOf(row.key, incident.date_start))
      problems.push(`incidents: ${row.id}: the key does not follow the date`)
    for (const claim of JSON.parse(row.claims) as unknown[]) {
      for (const { parameter, reason } of issuesOf(Claim, claim)) {
        problems.push(`incidents: ${row.id}: claim: ${parameter} ${reason}`)
      }
    }
  }
  return problems
}

function fullText(connection: Connection): string[] {
  const problems: string[] = []
  for (const { key, document } of connection.all<{ key: number; document: string }>(
    'SELECT key, document FROM incidents',
  )) {
    const first = incidentWords(JSON.parse(document) as Incident).split(' ')[0]
    const found = connection.get(
      'SELECT 1 FROM incidents_words WHERE incidents_words MATCH ? AND rowid = ?',
      `"${first}"`,
      key,
    )
    if (!found) problems.push(`incidents_words: ${key}: full text does not find the record`)
  }
  return problems
}
