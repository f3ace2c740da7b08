import { expect, test } from 'vitest'
import { readSeed } from '../../../src/seed/seed.ts'
import { DatabaseFiles, fetchJson, tamper, withStorage } from '../../support/database.ts'

const files = new DatabaseFiles()

/** Adds copies of the last record. */
function multiply(path: string, times: number): void {
  const columns = 'dataset, kind, date_start, date_end, country_id, incident_count_low, updated_at'
  tamper(
    path,
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${times})
     INSERT INTO incidents (key, id, ${columns})
     SELECT key + n, id || n, ${columns} FROM incidents, numbers
     WHERE key = (SELECT max(key) FROM incidents);
     UPDATE store SET state = hex(randomblob(16))`,
  )
}

const fetchPage = async (path: string, query: string) =>
  (await fetchJson<{ page: object }>(path, `/v1/incidents?limit=1&dataset=seed${query}`)).page

test('a bounded total stops at 10,000 and is marked, an exact one continues', async () => {
  const path = files.copy()
  const { length } = readSeed().incidents
  const all = { total: length, total_is: 'exact' }
  expect(await fetchPage(path, '&total=bounded')).toMatchObject(all)
  expect(await fetchPage(path, '&total=exact')).toMatchObject(all)
  expect(Object.keys(await fetchPage(path, ''))).toEqual(['limit', 'next'])

  const period = '&date_from=1900-01-01'
  multiply(path, 10_000 - length)
  expect(await fetchPage(path, `${period}&total=bounded`)).toMatchObject({ total: 10_000, total_is: 'exact' })
  multiply(path, 1)
  expect(await fetchPage(path, `${period}&total=bounded`)).toMatchObject({
    total: 10_000,
    total_is: 'at_least',
  })
  expect(await fetchPage(path, `${period}&total=exact`)).toMatchObject({ total: 10_001, total_is: 'exact' })
})

test('a cached total is recounted after the data change', async () => {
  await withStorage(files.copy(), async (storage) => {
    const seed = readSeed()
    const total = async () => (await storage.incidents.total({ dataset: ['seed'] }, 'exact')).total
    expect([await total(), await total()]).toEqual([seed.incidents.length, seed.incidents.length])
    const { incidents, tolls, ...rest } = seed
    const kept = incidents
      .slice(1)
      .map((incident) => ({ ...incident, record: { ...incident.record, part_of: [] } }))
    await storage.load({ ...rest, incidents: kept, tolls: [] })
    expect(tolls.length).toBeGreaterThan(0)
    expect(await total()).toBe(incidents.length - 1)
  })
})
