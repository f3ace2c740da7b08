import type { TObject, TSchema } from 'typebox'
import { Dataset } from '../../../datasets/dataset.schema.ts'
import { EventType } from '../../../event-types/event-type.schema.ts'
import { Claim } from '../../../figures/claim.schema.ts'
import type { SerializedJson } from '../../../records.ts'
import { Type } from '../../../validation/schema.ts'
import { issuesOf } from '../../../validation/validate.ts'
import { Connection, type SqlValue } from '../database/connection.ts'
import { migrate } from '../database/migrations.ts'
import {
  COLUMNS,
  DERIVED,
  type DerivedTable,
  deriveRows,
  isKeyOf,
  ownerOf,
  type Row,
} from '../records/derived-rows.ts'
import { INCIDENTS_WITH_DOCUMENTS } from '../records/document-sql.ts'
import { ReferenceLookup } from '../records/reference-lookup.ts'
import { RECORD_SCHEMAS, type RecordOf, TABLES, type Table } from '../records/tables.ts'
import { checkGroupRemainders } from '../stats/group-remainders.ts'
import { checkRollups } from '../stats/rollups.ts'
import { SameAs } from '../writing/same-as.ts'
import { checkLinks } from './check-links.ts'

/** Reports everything that is wrong with the file and its schema, a sentence each; see `FileStorage.checkFile`. */
export function checkFile(connection: Connection): string[] {
  const file = connection
    .all<{ integrity_check: string }>('PRAGMA integrity_check')
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok')
  // The schema of a damaged file cannot be relied on.
  return file.length > 0 ? file.map((line) => `file: ${line}`) : schema(connection)
}

/**
 * Reports everything that is wrong with the records, a sentence each; see `Storage.check`. All that the tables hold
 * is derived again from the documents and compared.
 */
export function checkRecords(connection: Connection): string[] {
  return [
    ...(connection.get('SELECT 1 FROM store') ? [] : ['store: the row about the database itself is missing']),
    ...registry(
      connection,
      'datasets',
      Type.Omit(Dataset, ['incidents', 'tolls'], { additionalProperties: false }),
    ),
    ...registry(
      connection,
      'event_types',
      Type.Omit(EventType, ['incidents'], { additionalProperties: false }),
    ),
    ...TABLES.flatMap((table) => records(connection, table)),
    ...references(connection),
    ...checkLinks(connection),
    ...checkGroupRemainders(connection),
    ...checkRollups(connection),
    ...leftovers(connection),
  ]
}

/** Tables and indexes that are not as the migrations make them. */
function schema(connection: Connection): string[] {
  const query = 'SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL'
  const fresh = new Connection(':memory:', 'write')
  try {
    migrate(fresh, new Date())
    const present = new Set(connection.all(query).map((row) => JSON.stringify(row)))
    return fresh
      .all<{ type: string; name: string }>(query)
      .filter((row) => !present.has(JSON.stringify(row)))
      .map(({ type, name }) => `schema: the ${type} ${name} is missing or altered`)
  } finally {
    fresh.close()
  }
}

function registry(connection: Connection, table: string, schema: TObject): string[] {
  const rows = connection.all<{ id: string; document: string }>(
    `SELECT id, document FROM ${table} ORDER BY id`,
  )
  return rows.flatMap(({ id, document }) =>
    read(schema, id, document).problems.map((what) => `${table}: ${id}: ${what}`),
  )
}

/** A document read under a schema, and what is wrong with it. */
function read<T>(schema: TSchema, id: string | null, document: string): { record?: T; problems: string[] } {
  let record: T & { id?: string }
  try {
    record = JSON.parse(document)
  } catch {
    return { problems: ['the document is not JSON'] }
  }
  const problems = issuesOf(schema, record).map(({ parameter, reason }) => `${parameter} ${reason}`)
  if (id !== null && record?.id !== id) problems.push('the document has another id')
  return problems.length > 0 ? { problems } : { record, problems }
}

const CLAIMS = Type.Array(Claim)

interface RecordRow {
  key: number
  id: string
  document: SerializedJson<RecordOf<Table>>
  claims?: string | null
}

/** Where the documents of each kind of record are. */
const DOCUMENTS = {
  sources: 'SELECT key, id, document FROM sources',
  actors: 'SELECT key, id, document FROM actors',
  places: 'SELECT key, id, document FROM places',
  tolls: 'SELECT key, id, document, claims FROM tolls',
  incidents: `SELECT incidents.key, id, document, claims FROM ${INCIDENTS_WITH_DOCUMENTS}`,
} as const satisfies Record<Table, string>

function records(connection: Connection, table: Table): string[] {
  const problems: string[] = []
  const expected = new Expectations(connection)
  for (const row of connection.iterate<RecordRow>(`${DOCUMENTS[table]} ORDER BY 1`)) {
    const { record, problems: found } = read<RecordOf<Table>>(RECORD_SCHEMAS[table], row.id, row.document)
    if (row.claims != null) {
      found.push(...read(CLAIMS, null, row.claims).problems.map((what) => `claim: ${what}`))
    }
    if (record) found.push(...expected.differences(table, row.key, record))
    problems.push(...found.map((what) => `${table}: ${row.id}: ${what}`))
  }
  return problems
}

/** What has the columns of a derived table, where the table has others. */
const ROWS_OF: { [T in DerivedTable]?: string } = {
  incident_sources: `(SELECT incident_key, id AS source_id FROM incident_sources
    JOIN sources ON key = source_key AND sources.publisher_key = incident_sources.publisher_key)`,
}

/** What the tables must hold of records, against what they hold. */
class Expectations {
  readonly #references: ReferenceLookup
  readonly #sameAs: SameAs

  constructor(private readonly connection: Connection) {
    this.#references = new ReferenceLookup(connection)
    this.#sameAs = new SameAs(connection)
  }

  differences<T extends Table>(table: T, key: number, record: RecordOf<T>): string[] {
    let expected: Row[][]
    try {
      expected = deriveRows(table, record, key, this.#references)
    } catch (error) {
      return [(error as Error).message]
    }
    const problems = DERIVED[table].flatMap((derived, index) => {
      const rows = expected[index] ?? []
      if (derived === 'incidents_words') {
        return isFound(this.connection, key, String(rows[0]?.[1]))
          ? []
          : ['full text does not find the record']
      }
      const columns = COLUMNS[derived]
      const stored = this.connection
        .all<Record<string, SqlValue>>(
          `SELECT ${columns.join(', ')} FROM ${ROWS_OF[derived] ?? derived} WHERE ${ownerOf(derived, table)} = ?`,
          key,
        )
        .map((row) => columns.map((column) => row[column] as SqlValue))
      if (derived !== table) return sameRows(stored, rows) ? [] : [`${derived} differs from the record`]
      return columns
        .filter((_, column) => stored[0]?.[column] !== rows[0]?.[column])
        .map((column) => `the column ${column} differs from the record`)
    })
    const { date_start, same_as } = record as { date_start?: string; same_as?: string[] }
    if (same_as && JSON.stringify(same_as) !== JSON.stringify(this.#sameAs.of(record.id)))
      problems.push('same_as differs from the accepted links')
    if (table === 'incidents' && date_start && !isKeyOf(key, date_start))
      problems.push('the key does not follow the date')
    return problems
  }
}

function isFound(connection: Connection, key: number, words: string): boolean {
  // Enough words to tell the record's own index entry from another's or an older one.
  const query = words
    .split(' ')
    .slice(0, 100)
    .map((word) => `"${word}"`)
    .join(' ')
  const found = connection.get(
    'SELECT 1 FROM incidents_words WHERE incidents_words MATCH ? AND rowid = ?',
    query,
    key,
  )
  return words === '' || found !== undefined
}

function sameRows(stored: readonly Row[], expected: readonly Row[]): boolean {
  const texts = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).sort()
  return JSON.stringify(texts(stored)) === JSON.stringify(texts(expected))
}

/** Rows that refer to what is not there. */
function references(connection: Connection): string[] {
  const broken = connection
    .all<{ table: string; parent: string }>('PRAGMA foreign_key_check')
    .map(({ table, parent }) => `${table}: a row refers to a row of ${parent} that is not there`)
  const wholes = connection
    .all<{ whole_id: string }>(
      `SELECT DISTINCT whole_id FROM parts
       WHERE whole_id NOT IN (SELECT id FROM tolls UNION SELECT id FROM incidents WHERE kind = 'group')`,
    )
    .map(({ whole_id }) => `parts: ${whole_id} is neither a group nor a reported total`)
  return [...broken, ...wholes]
}

/** Rows that belong to no record, and index entries that are too many or too few. */
function leftovers(connection: Connection): string[] {
  const count = (sql: string) => connection.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? 0
  const strays = [
    ...['places', 'actors', 'publishers'].map(
      (entity) => ['names', `entity = '${entity}' AND entity_key`, entity, 'key'] as const,
    ),
    ...(['incident_actors', 'incident_sources', 'parts'] as const).map(
      (table) => [table, 'incident_key', 'incidents', 'key'] as const,
    ),
    ['documents', '(key, dataset)', 'incidents', 'key, dataset'] as const,
    ['incidents', 'key', 'documents', 'key'] as const,
    ['originals', 'key', 'incidents', 'coalesce(original_key, 0)'] as const,
  ].flatMap(([table, column, owner, key]) => {
    const n = count(`${table} WHERE ${column} NOT IN (SELECT ${key} FROM ${owner})`)
    return n > 0 ? [`${table}: ${n} belong to no row of ${owner}`] : []
  })
  for (const [index, table] of [
    ['incidents_words', 'incidents'],
    ['names_trigrams', 'names'],
  ]) {
    const surplus = count(`${index}_docsize`) - count(`${table}`)
    if (surplus !== 0) strays.push(`${index}: ${surplus} entries more than ${table} has rows`)
  }
  return strays
}
