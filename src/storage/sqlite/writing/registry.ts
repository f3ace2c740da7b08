import { parse, type SerializedJson, serialize } from '../../../records.ts'
import type { ImportFinish, RecordBatch } from '../../contract/storage.ts'
import { type Registration, registerImported, registerLoaded } from '../../records/registration.ts'
import type { Connection } from '../database/connection.ts'
import type { StatementBatch } from './statements.ts'

/** True when the data sets of a batch, its code book and its identities are registered as the batch has them. */
export function isRegistered(
  connection: Connection,
  { datasets, eventTypes, identities }: RecordBatch,
): boolean {
  const registered = registrations(connection)
  const types = connection.all<{ document: string }>('SELECT document FROM event_types ORDER BY position')
  return (
    datasets.every((given) => {
      const { imported_at, ...stored } = registered.get(given.id) ?? { imported_at: '' }
      return serialize(stored) === serialize(registerLoaded(given, registered.get(given.id)))
    }) &&
    (!eventTypes ||
      serialize(types.map(({ document }) => document)) === serialize(eventTypes.map(serialize))) &&
    (!identities ||
      serialize(storedIdentities(connection)) === serialize(sortById(identities).map(serialize)))
  )
}

/** The statements that register the data sets of a batch, its code book and its identities. */
export function registerBatch(
  connection: Connection,
  { datasets, eventTypes, identities }: RecordBatch,
  now: string,
): StatementBatch[] {
  const registered = registrations(connection)
  return [
    ...datasets.map((given) =>
      store({ ...registerLoaded(given, registered.get(given.id)), imported_at: now }),
    ),
    ...(eventTypes ? codeBook(eventTypes) : []),
    ...(identities ? curatedTable(identities) : []),
  ]
}

/** The statements that register the data sets of an imported file, where that changes anything. */
export function registerFile(
  connection: Connection,
  datasets: ImportFinish['datasets'],
  file: NonNullable<ImportFinish['file']>,
  change: { now: string; isChanged: boolean },
): StatementBatch[] {
  const registered = registrations(connection)
  return datasets.flatMap((dataset) => {
    const stored = registered.get(dataset.id)
    const registration = registerImported(dataset, file, stored, change)
    return stored && serialize(stored) === serialize(registration) ? [] : [store(registration)]
  })
}

function registrations(connection: Connection): Map<string, Registration> {
  const rows = connection.all<{ document: SerializedJson<Registration> }>('SELECT document FROM datasets')
  return new Map(rows.map(({ document }) => parse(document)).map((dataset) => [dataset.id, dataset]))
}

function store(registration: Registration): StatementBatch {
  return {
    sql: `INSERT INTO datasets (id, document) VALUES (?, ?)
          ON CONFLICT (id) DO UPDATE SET document = excluded.document`,
    width: 2,
    values: [registration.id, serialize(registration)],
  }
}

function codeBook(eventTypes: NonNullable<RecordBatch['eventTypes']>): StatementBatch[] {
  return [
    { sql: 'DELETE FROM event_types', width: 0, values: [] },
    {
      sql: 'INSERT INTO event_types (position, id, document) VALUES (?, ?, ?)',
      width: 3,
      values: eventTypes.flatMap((type, position) => [position, type.id, serialize(type)]),
    },
  ]
}

function storedIdentities(connection: Connection): string[] {
  return connection
    .all<{ document: string }>('SELECT document FROM curated_identities ORDER BY id')
    .map(({ document }) => document)
}

function sortById<T extends { id: string }>(records: readonly T[]): T[] {
  return [...records].sort((one, other) => (one.id < other.id ? -1 : 1))
}

function curatedTable(identities: NonNullable<RecordBatch['identities']>): StatementBatch[] {
  return [
    { sql: 'DELETE FROM curated_identities', width: 0, values: [] },
    {
      sql: 'INSERT INTO curated_identities (id, document) VALUES (?, ?)',
      width: 2,
      values: identities.flatMap((identity) => [identity.id, serialize(identity)]),
    },
  ]
}
