import { type TObject, type TSchema, Type } from 'typebox'
import { Claim } from '../../claims/claim.schema.ts'
import { Dataset } from '../../datasets/dataset.schema.ts'
import { EventType } from '../../event-types/event-type.schema.ts'
import type { Json } from '../../records.ts'
import { issuesOf } from '../../validation/validate.ts'
import { Connection, type SqlValue } from './connection.ts'
import { migrate } from './migrations.ts'
import { derive, isKeyOf, LINK_TABLES, type Row } from './rows.ts'
import { CLAIMING, RECORD_SCHEMAS, type RecordOf, TABLES, type Table } from './tables.ts'

/**
 * Everything that is wrong with the file and its records, a sentence each; see `Storage.check`. All that the
 * tables hold is derived anew from the documents and compared.
 */
export function check(connection: Connection): string[] {
  const file = connection
    .all<{ integrity_check: string }>('PRAGMA integrity_check')
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok')
  // A damaged file makes everything below unreliable.
  if (file.length > 0) return file.map((line) => `file: ${line}`)
  const altered = schema(connection)
  if (altered.length > 0) return altered
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
    ...leftovers(connection),
  ]
}

/** Tables and indexes that are not as the migrations make them. */
function schema(connection: Connection): string[] {
  const query = 'SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL'
  const fresh = new Connection(':memory:', 'write')
  try {
    migrate(fresh, new Date())
    const present = new Set(connection.all<Row>(query).map((row) => JSON.stringify(row)))
    return fresh
      .all<Row>(query)
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

function records(connection: Connection, table: Table): string[] {
  const problems: string[] = []
  const rows = connection.iterate<
    Row & { key: number; id: string; document: Json<RecordOf<Table>>; claims?: string }
  >(`SELECT * FROM ${table} ORDER BY key`)
  for (const row of rows) {
    const { record, problems: found } = read<RecordOf<Table>>(RECORD_SCHEMAS[table], row.id, row.document)
    if (CLAIMING.has(table))
      found.push(...read(CLAIMS, null, String(row.claims)).problems.map((what) => `claim: ${what}`))
    if (record) found.push(...derived(connection, table, row, record))
    problems.push(...found.map((what) => `${table}: ${row.id}: ${what}`))
  }
  return problems
}

function derived(
  connection: Connection,
  table: Table,
  row: Row & { key: number },
  record: RecordOf<Table>,
): string[] {
  let expected: ReturnType<typeof derive>
  try {
    expected = derive(connection, table, record)
  } catch (error) {
    return [(error as Error).message]
  }
  const problems = Object.entries(expected.columns)
    .filter(([column, value]) => row[column] !== value)
    .map(([column]) => `the column ${column} differs from the record`)
  if (table === 'incidents' && !isKeyOf(row.key, String(row.date_start)))
    problems.push('the key does not follow the date')
  const names = 'SELECT entity, folded, shown FROM names WHERE entity = ? AND entity_key = ?'
  if (!sameRows(connection.all<Row>(names, table, row.key), expected.names))
    problems.push('the names differ from the record')
  for (const [link, links] of Object.entries(expected.links)) {
    const columns = LINK_TABLES[link as keyof typeof LINK_TABLES].join(', ')
    const stored = connection.all<Row>(`SELECT ${columns} FROM ${link} WHERE incident_key = ?`, row.key)
    if (!sameRows(stored, links)) problems.push(`${link} differs from the record`)
  }
  if (expected.words !== null && !isFound(connection, row.key, expected.words)) {
    problems.push('full text does not find the record')
  }
  return problems
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
  const texts = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort()
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

/** Names and index entries that belong to no record, or miss one. */
function leftovers(connection: Connection): string[] {
  const count = (sql: string, ...values: SqlValue[]) => connection.get<{ n: number }>(sql, ...values)?.n ?? 0
  const strays = ['places', 'actors', 'sources'].flatMap((table) => {
    const n = count(
      `SELECT count(*) AS n FROM names WHERE entity = ? AND entity_key NOT IN (SELECT key FROM ${table})`,
      table,
    )
    return n > 0 ? [`names: ${n} belong to no row of ${table}`] : []
  })
  for (const [index, table] of [
    ['incidents_words', 'incidents'],
    ['names_trigrams', 'names'],
  ]) {
    const surplus =
      count(`SELECT count(*) AS n FROM ${index}_docsize`) - count(`SELECT count(*) AS n FROM ${table}`)
    if (surplus !== 0) strays.push(`${index}: ${surplus} entries more than ${table} has rows`)
  }
  return strays
}
