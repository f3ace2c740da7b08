import type { TObject } from 'typebox'
import { CuratedIdentity } from '../../../actors/identity.schema.ts'
import { Dataset } from '../../../datasets/dataset.schema.ts'
import { EventType } from '../../../event-types/event-type.schema.ts'
import { Claim } from '../../../figures/claim.schema.ts'
import type { SerializedJson } from '../../../records.ts'
import { Type } from '../../../validation/schema.ts'
import type { Problem } from '../../contract/storage.ts'
import { COLUMNS, DERIVED, type DerivedTable, deriveRows, type Row } from '../../records/derived-rows.ts'
import { isKeyOf } from '../../records/incident-keys.ts'
import { readDocument } from '../../records/read-document.ts'
import { RECORD_SCHEMAS, type RecordOf, TABLES, type Table } from '../../records/tables.ts'
import type { SqlValue } from '../../sql/fragment.ts'
import { Connection } from '../database/connection.ts'
import { migrate } from '../database/migrations.ts'
import { checkIdentities } from '../records/actor-identities.ts'
import { DOCUMENTS_OF, selectDerived } from '../records/derived-sql.ts'
import { ReferenceLookup } from '../records/reference-lookup.ts'
import { checkGroupRemainders } from '../stats/group-remainders.ts'
import { SameAs } from '../writing/same-as.ts'
import { checkLinks } from './check-links.ts'
import { checksumIndexedWords, checksumWords } from './check-words.ts'

/**
 * Checks the file and its schema; see `FileStorage.checkFile`.
 * @param isMigrated false for a database of an older release, whose schema differs
 */
export function checkFile(connection: Connection, isMigrated = true): Problem[] {
  const file = connection
    .all<{ integrity_check: string }>('PRAGMA integrity_check')
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok')
  // The schema of a damaged file cannot be relied on.
  if (file.length > 0) return lasting(file.map((line) => `file: ${line}`))
  return isMigrated ? lasting(schema(connection)) : []
}

/**
 * Checks the records; see `Storage.check`. All that the tables hold is derived again from the documents and compared.
 */
export function checkRecords(connection: Connection): Problem[] {
  return [
    ...lasting([
      ...(connection.get('SELECT 1 FROM store')
        ? []
        : ['store: the row about the database itself is missing']),
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
      ...registry(connection, 'curated_identities', CuratedIdentity),
    ]),
    ...TABLES.flatMap((table) => records(connection, table)),
    ...lasting([...references(connection), ...checkLinks(connection)]),
    ...derived([...checkIdentities(connection), ...checkGroupRemainders(connection)]),
    ...lasting(strayRows(connection, STRAYS)),
    ...derived([...strayRows(connection, DERIVED_STRAYS), ...indexEntries(connection)]),
  ]
}

function lasting(messages: readonly string[]): Problem[] {
  return messages.map((message) => ({ message, isDerived: false }))
}

function derived(messages: readonly string[]): Problem[] {
  return messages.map((message) => ({ message, isDerived: true }))
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
    readDocument(schema, id, document).problems.map((what) => `${table}: ${id}: ${what}`),
  )
}

const CLAIMS = Type.Array(Claim)

interface RecordRow {
  key: number
  id: string
  document: SerializedJson<RecordOf<Table>>
  claims?: string | null
}

function records(connection: Connection, table: Table): Problem[] {
  const problems: Problem[] = []
  const expected = new Expectations(connection)
  for (const row of connection.iterate<RecordRow>(`${DOCUMENTS_OF[table]} ORDER BY 1`)) {
    const { record, problems: found } = readDocument<RecordOf<Table>>(
      RECORD_SCHEMAS[table],
      row.id,
      row.document,
    )
    if (row.claims != null)
      found.push(...readDocument(CLAIMS, null, row.claims).problems.map((what) => `claim: ${what}`))
    const all = [
      ...lasting(found),
      ...(record ? lasting(expected.contradictions(table, row.key, record)) : []),
      ...(record ? expected.differences(table, row.key, record) : []),
    ]
    problems.push(
      ...all.map(({ message, isDerived }) => ({ message: `${table}: ${row.id}: ${message}`, isDerived })),
    )
  }
  return problems
}

/** Compares what the tables must hold of records with what they hold. */
class Expectations {
  readonly #references: ReferenceLookup
  readonly #sameAs: SameAs
  #indexedWords: ReadonlyMap<number, number> | undefined

  constructor(private readonly connection: Connection) {
    this.#references = new ReferenceLookup(connection)
    this.#sameAs = new SameAs(connection)
  }

  /** Finds contradictions of a record with its key and with links. */
  contradictions<T extends Table>(table: T, key: number, record: RecordOf<T>): string[] {
    const { date_start, same_as } = record as { date_start?: string; same_as?: string[] }
    return [
      ...(same_as && JSON.stringify(same_as) !== JSON.stringify(this.#sameAs.linkedTo(record.id))
        ? ['same_as differs from the accepted links']
        : []),
      ...(table === 'incidents' && date_start && !isKeyOf(key, date_start)
        ? ['the key does not follow the date']
        : []),
    ]
  }

  /** Finds derived data that differ from a record. */
  differences<T extends Table>(table: T, key: number, record: RecordOf<T>): Problem[] {
    let expected: Row[][]
    try {
      this.#references.prefetch(table, [record])
      expected = deriveRows(table, record, key, this.#references)
    } catch (error) {
      return lasting([(error as Error).message])
    }
    return derived(
      DERIVED[table].flatMap((name, index) => this.#compare(table, name, key, expected[index] ?? [])),
    )
  }

  #compare(table: Table, name: DerivedTable, key: number, expected: readonly Row[]): string[] {
    if (name === 'incidents_words')
      return this.#hasWords(key, String(expected[0]?.[1])) ? [] : ['full text does not find the record']
    const columns = COLUMNS[name]
    const stored = this.connection
      .all<Record<string, SqlValue>>(selectDerived(name, table), key)
      .map((row) => columns.map((column) => row[column] as SqlValue))
    if (name !== table) return sameRows(stored, expected) ? [] : [`${name} differs from the record`]
    return columns
      .filter((_, column) => stored[0]?.[column] !== expected[0]?.[column])
      .map((column) => `the column ${column} differs from the record`)
  }

  #hasWords(key: number, words: string): boolean {
    this.#indexedWords ??= checksumIndexedWords(this.connection)
    return (this.#indexedWords.get(key) ?? 0) === checksumWords(words)
  }
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

/** Tables whose rows must have an owner: the table, its column, the owner and the owner's column. */
type Ownership = readonly [table: string, column: string, owner: string, key: string]

const STRAYS: readonly Ownership[] = [
  ['documents', '(key, dataset)', 'incidents', 'key, dataset'],
  ['incidents', 'key', 'documents', 'key'],
  ['originals', 'key', 'incidents', 'coalesce(original_key, 0)'],
]

const DERIVED_STRAYS: readonly Ownership[] = [
  ...['places', 'actors', 'publishers', 'identities'].map(
    (entity) => ['names', `entity = '${entity}' AND entity_key`, entity, 'key'] as const,
  ),
  ...(['incident_actors', 'incident_sources', 'parts', 'incident_weapons'] as const).map(
    (table) => [table, 'incident_key', 'incidents', 'key'] as const,
  ),
]

/** Rows that belong to no record. */
function strayRows(connection: Connection, ownerships: readonly Ownership[]): string[] {
  return ownerships.flatMap(([table, column, owner, key]) => {
    const n = count(connection, `${table} WHERE ${column} NOT IN (SELECT ${key} FROM ${owner})`)
    return n > 0 ? [`${table}: ${n} belong to no row of ${owner}`] : []
  })
}

/** Entries of full-text indexes that are too many or too few. */
function indexEntries(connection: Connection): string[] {
  return [
    ['incidents_words', 'incidents'],
    ['names_trigrams', 'names'],
  ].flatMap(([index, table]) => {
    const surplus = count(connection, `${index}_docsize`) - count(connection, `${table}`)
    return surplus === 0 ? [] : [`${index}: ${surplus} entries more than ${table} has rows`]
  })
}

function count(connection: Connection, sql: string): number {
  return connection.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? 0
}
