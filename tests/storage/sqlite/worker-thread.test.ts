import { setImmediate } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { OperatorError, ServiceError } from '../../../src/errors.ts'
import type { FilePart } from '../../../src/incidents/incident.files.ts'
import { Connection } from '../../../src/storage/sqlite/database/connection.ts'
import {
  deserializeError,
  type SerializedError,
  serializeError,
} from '../../../src/storage/sqlite/database/error-transfer.ts'
import { QueryClient } from '../../../src/storage/sqlite/database/query-client.ts'
import { StreamClient } from '../../../src/storage/sqlite/database/stream-client.ts'
import { countBounded } from '../../../src/storage/sqlite/stats/count.ts'
import { DatabaseFiles, tamper, targetOf, withStorage } from '../../support/database.ts'
import { buildBatch, sampleIncidents } from '../../support/records.ts'

const FILES = new DatabaseFiles()
const EVERYTHING = { filter: {}, isBounded: false } as const
/** Enough records for several batches of a stream. */
const SIZE = 1000
const STREAM = { filter: {}, sort: 'date', expandClaims: false } as const

describe('an error that crosses threads', () => {
  const cause = Object.assign(new TypeError('the cause'), { code: 'SQLITE_BUSY' })
  const issues = [{ parameter: 'q', reason: 'is wrong' }]
  const headers = { 'retry-after': '5' }

  test.each<[string, Error, new (...values: never[]) => Error]>([
    ['ServiceError', new ServiceError('overloaded', 'wait', { issues, headers, cause }), ServiceError],
    ['OperatorError', new OperatorError('the disk is full', { cause }), OperatorError],
    ['RangeError', new RangeError('a number', { cause }), Error],
  ])('keeps its class, stack and causes: %s', (name, error, expected) => {
    const message = structuredClone(serializeError(error)) as SerializedError
    const rebuilt = deserializeError(message)
    expect(rebuilt).toBeInstanceOf(expected)
    expect(rebuilt).toMatchObject({ name, message: error.message, stack: error.stack })
    expect(rebuilt.cause).toMatchObject({
      name: 'TypeError',
      message: 'the cause',
      stack: cause.stack,
      code: 'SQLITE_BUSY',
    })
    if (error instanceof ServiceError)
      expect(rebuilt).toMatchObject({ code: 'overloaded', options: { issues, headers } })
  })

  test('may be any thrown value', () => {
    expect(deserializeError(serializeError('a text')).message).toBe('a text')
  })
})

describe('a thread', () => {
  let path: string
  beforeAll(async () => {
    path = FILES.copy()
    await withStorage(path, (storage) => storage.load(buildBatch(sampleIncidents(SIZE))))
  })

  test('fails with the error of SQLite and its stack', async () => {
    const broken = FILES.copy()
    tamper(broken, 'DROP TABLE incidents')
    const client = new QueryClient(targetOf(broken), () => 0)
    const failed = client.run('total', { filter: {}, isBounded: true })
    await expect(failed).rejects.toMatchObject({
      name: 'SqliteError',
      code: 'SQLITE_ERROR',
      message: expect.stringMatching(/no such table/),
      stack: expect.stringContaining('query-worker'),
    })
    await client.close()
  })

  test('stops a query that no client waits for', async () => {
    const client = new QueryClient(targetOf(path), () => 0)
    await client.run('total', EVERYTHING)
    const controller = new AbortController()
    const query = { filter: { words: ['police'] }, isBounded: false }
    const abandoned = client.run('total', query, { client: 'one', signal: controller.signal })
    controller.abort()
    await expect(abandoned).rejects.toThrow(/aborted/)
    expect(client.queued).toEqual({ short: 0, long: 0 })
    // The thread goes on with the next one.
    expect(await client.run('total', EVERYTHING)).toEqual({ total: SIZE, total_is: 'exact' })
    await client.close()
  })

  test('ends a query at its next check when it is interrupted', async () => {
    const connection = new Connection(path, 'read', { isInterrupted: () => true })
    expect(() => countBounded(connection, {})).toThrow(/interrupted/)
    connection.close()
  })

  test('rejects pending requests when it ends, and restarts with the next request', async () => {
    const client = new QueryClient(targetOf(path), () => 0)
    const expected = await client.run('total', EVERYTHING)
    await setImmediate()
    const pending = [0, 1, 2].map((min) =>
      client.run('total', { filter: { deaths: { min, basis: 'best' } }, isBounded: false }),
    )
    const results = Promise.allSettled(pending)
    const closed = client.close()
    const [running, ...waiting] = await results
    // It may be done before the thread notices.
    if (running?.status === 'rejected') expect(running.reason.message).toBe('The query was interrupted')
    for (const result of waiting) expect(result).toMatchObject({ reason: { code: 'shutting_down' } })
    await closed
    expect(await client.run('total', EVERYTHING)).toEqual(expected)
    await client.close()
  })

  test('that ends fails its open streams, but not later ones', async () => {
    const client = new StreamClient(targetOf(path))
    const read = client.read(STREAM, { format: 'ndjson' })
    const { value } = await read.next()
    expect(value?.records).toBeGreaterThan(0)
    await client.close()
    await expect(countRecords(read)).rejects.toThrow(/thread/)
    expect(await countRecords(client.read(STREAM, { format: 'ndjson' }))).toBe(SIZE)
    await client.close()
  })
})

async function countRecords(parts: AsyncIterable<FilePart>): Promise<number> {
  let records = 0
  for await (const part of parts) records += part.records
  return records
}
