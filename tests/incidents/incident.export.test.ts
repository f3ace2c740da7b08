import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { splitNdjson } from '../../src/records.ts'
import { batchOf, sampleIncidents } from '../support/records.ts'
import { type Service, startService } from '../support/service.ts'

/** More than is read ahead of who takes it. */
const SIZE = 3000

describe('an export', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ batch: batchOf(sampleIncidents(SIZE)) })
  })
  afterAll(() => service.close())

  const start = (query: string, init?: RequestInit) =>
    fetch(`${service.origin}/v1/incidents?${query}`, { headers: { connection: 'close' }, ...init })
  const whole = async (query: string) => (await start(query)).text()
  const stream = () =>
    service.storage.incidents
      .stream({ filter: {}, sort: 'date', expandClaims: false })
      [Symbol.asyncIterator]()

  /** Whether nobody reads an old state any more: only then can all of the log be taken into the database. */
  function isLogFree(): boolean {
    const database = new Database(service.path, { timeout: 0 })
    try {
      const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      return result?.busy === 0
    } finally {
      database.close()
    }
  }

  test('is the same beside others, of whatever format', async () => {
    const queries = ['format=csv', 'format=ndjson', 'format=csv&sort=deaths', 'format=ndjson&expand=claims']
    const alone: string[] = []
    for (const query of queries) alone.push(await whole(query))
    const together = await Promise.all([...queries, ...queries].map(whole))
    expect(together.every((text, index) => text === alone[index % queries.length])).toBe(true)
    expect(alone[1]?.trimEnd().split('\n')).toHaveLength(SIZE)
  })

  test('begun before a change is of the state before it; the next one is of the state after it', async () => {
    const before = await whole('format=ndjson&sort=date')
    const records = stream()
    let text = splitNdjson((await records.next()).value)
      .map((record) => `${record}\n`)
      .join('')
    const changed = sampleIncidents(SIZE).map((incident) => ({ ...incident, title: 'Changed meanwhile' }))
    await service.storage.load(batchOf(changed.slice(0, SIZE - 500)))
    for (let next = await records.next(); !next.done; next = await records.next())
      text += splitNdjson(next.value)
        .map((record) => `${record}\n`)
        .join('')
    expect(text === before).toBe(true)
    const after = (await whole('format=ndjson')).trimEnd().split('\n')
    expect(after).toHaveLength(SIZE - 500)
    expect(after.every((line) => line.includes('Changed meanwhile'))).toBe(true)
    await service.storage.load(batchOf(sampleIncidents(SIZE)))
  })

  test('that is left keeps no state of the data', async () => {
    const records = stream()
    await records.next()
    await service.storage.load(batchOf(sampleIncidents(SIZE - 1)))
    expect(isLogFree()).toBe(false)
    await records.return?.()
    await vi.waitFor(() => expect(isLogFree()).toBe(true))
    await service.storage.load(batchOf(sampleIncidents(SIZE)))
  })

  test('whose client goes away keeps no state of the data', async () => {
    const leaving = new AbortController()
    // Nothing of the answer is read: there is more of it than fits on the way.
    await start('format=ndjson&expand=claims', { signal: leaving.signal })
    await service.storage.load(batchOf(sampleIncidents(SIZE - 1)))
    expect(isLogFree()).toBe(false)
    leaving.abort()
    await vi.waitFor(() => expect(isLogFree()).toBe(true))
  })
})
