import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { FilePart } from '../../src/incidents/incident.files.ts'
import { Sqlite } from '../../src/storage/sqlite/database/better-sqlite3.ts'
import { tamper } from '../support/database.ts'
import { buildBatch, sampleIncidents } from '../support/records.ts'
import { type Service, startService } from '../support/service.ts'

const toText = ({ bytes }: FilePart) => Buffer.from(bytes).toString()

/** More records than a stream buffers ahead of its reader. */
const SIZE = 3000

describe('an export', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ batch: buildBatch(sampleIncidents(SIZE)) })
  })
  afterAll(() => service.close())

  const request = (query: string, init?: RequestInit) =>
    fetch(`${service.origin}/v1/incidents?${query}`, { headers: { connection: 'close' }, ...init })
  const fetchText = async (query: string) => (await request(query)).text()
  const streamRecords = () =>
    service.storage.incidents
      .stream({ filter: {}, sort: 'date', expandClaims: false }, { format: 'ndjson' })
      [Symbol.asyncIterator]()

  /** Checks that no reader holds an old state: only then can the whole log be checkpointed. */
  function canTruncateLog(): boolean {
    const database = new Sqlite(service.path, { timeout: 0 })
    try {
      const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      return result?.busy === 0
    } finally {
      database.close()
    }
  }

  test('is the same while others run, in any format', async () => {
    const queries = ['format=csv', 'format=ndjson', 'format=csv&sort=deaths', 'format=ndjson&expand=claims']
    const alone: string[] = []
    for (const query of queries) alone.push(await fetchText(query))
    const together = await Promise.all([...queries, ...queries].map(fetchText))
    expect(together.every((text, index) => text === alone[index % queries.length])).toBe(true)
    expect(alone[1]?.trimEnd().split('\n')).toHaveLength(SIZE)
  })

  test('started before a change has the state before it; the next one has the state after it', async () => {
    const before = await fetchText('format=ndjson&sort=date')
    const records = streamRecords()
    let text = toText((await records.next()).value)
    const changed = sampleIncidents(SIZE).map((incident) => ({ ...incident, title: 'Changed meanwhile' }))
    await service.storage.load(buildBatch(changed.slice(0, SIZE - 500)))
    for (let next = await records.next(); !next.done; next = await records.next()) text += toText(next.value)
    expect(text === before).toBe(true)
    const after = (await fetchText('format=ndjson')).trimEnd().split('\n')
    expect(after).toHaveLength(SIZE - 500)
    expect(after.every((line) => line.includes('Changed meanwhile'))).toBe(true)
    await service.storage.load(buildBatch(sampleIncidents(SIZE)))
  })

  test('that is abandoned holds no old state', async () => {
    const records = streamRecords()
    await records.next()
    await service.storage.load(buildBatch(sampleIncidents(SIZE - 1)))
    expect(canTruncateLog()).toBe(false)
    await records.return?.()
    await vi.waitFor(() => expect(canTruncateLog()).toBe(true), { timeout: 10_000 })
    await service.storage.load(buildBatch(sampleIncidents(SIZE)))
  })

  test('whose client disconnects holds no old state', async () => {
    const leaving = new AbortController()
    // The response is not read, and is larger than all buffers.
    await request('format=ndjson&expand=claims', { signal: leaving.signal })
    await service.storage.load(buildBatch(sampleIncidents(SIZE - 1)))
    expect(canTruncateLog()).toBe(false)
    leaving.abort()
    await vi.waitFor(() => expect(canTruncateLog()).toBe(true), { timeout: 10_000 })
  })
})

test.each(['identity', 'gzip', 'br', 'deflate'])(
  'a stream that fails at its start is a readable error, in %s',
  async (encoding) => {
    const broken = await startService()
    onTestFinished(() => broken.close())
    tamper(broken.path, 'ALTER TABLE documents RENAME TO lost')
    const response = await fetch(`${broken.origin}/v1/incidents?format=ndjson`, {
      headers: { 'accept-encoding': encoding },
    })
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ code: 'internal_error' })
  },
)
