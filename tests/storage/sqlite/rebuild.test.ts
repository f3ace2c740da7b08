import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  contentOf,
  DatabaseFiles,
  findProblems,
  run,
  SEED_SIZE,
  tamper,
  using,
} from '../../support/database.ts'
import { startIncidents } from '../../support/process.ts'
import { batchOf, sampleIncidents } from '../../support/records.ts'

const FILES = new DatabaseFiles()
const NOW = new Date('2026-06-01T00:00:00Z')
const SAMARRA = `id = 'seed:samarra-2017-01-02'`
const KEY = `(SELECT key FROM incidents WHERE ${SAMARRA})`

const rebuild = (path: string) => using(path, (storage) => storage.rebuild(() => {}), NOW)

describe('a rebuild', () => {
  /** A digest of the seeded database after a rebuild. */
  let expected: string

  beforeAll(async () => {
    const path = FILES.copy()
    await rebuild(path)
    expected = contentOf(path)
  })

  test('keeps every key and document, and all that is derived', async () => {
    const path = FILES.copy()
    const before = rowsOf(path)
    expect(await rebuild(path)).toBe(SEED_SIZE)
    expect(rowsOf(path)).toEqual(before)
    expect(await using(path, findProblems)).toEqual([])
  })

  test.each<[string, string]>([
    ["an incident's column", `UPDATE incidents SET deaths_best = 999 WHERE ${SAMARRA}`],
    ["an incident's place column", `UPDATE incidents SET city_id = NULL WHERE ${SAMARRA}`],
    ["an incident's position", `UPDATE incidents SET latitude = 1, longitude = 2 WHERE ${SAMARRA}`],
    ["an incident's id", `UPDATE incidents SET id = 'seed:other' WHERE ${SAMARRA}`],
    ["a total's column", `UPDATE tolls SET date_start = '1999-01-01'`],
    ["an actor's column", `UPDATE actors SET kind = 'civilians' WHERE id = 'seed:islamic-state'`],
    ["a place's column", `UPDATE places SET admin1_id = 'geonames:IQ.01' WHERE id = 'geonames:98182'`],
    ["a place's kind", `UPDATE places SET kind = 'district' WHERE id = 'geonames:98182'`],
    ["a source's publisher", 'UPDATE sources SET publisher_key = 99'],
    ["a document's data set", `UPDATE documents SET dataset = 'ucdp-ged' WHERE key = ${KEY}`],
    ['parts that are gone', 'DELETE FROM parts'],
    ['actors of incidents that are gone', 'DELETE FROM incident_actors'],
    ['sources of incidents that are gone', 'DELETE FROM incident_sources'],
    ['rows of no incident', `INSERT INTO parts VALUES (999, 'seed:baghdad-bombings-2016-12-31')`],
    ['full text that is gone', 'DELETE FROM incidents_words'],
    ['full text of another text', `UPDATE incidents_words SET words = 'other' WHERE rowid = ${KEY}`],
    ['names that are gone', `DELETE FROM names WHERE entity = 'places'`],
    ['names that are others', `UPDATE names SET folded = 'other', shown = 'Other'`],
    ['an index of names that is empty', `INSERT INTO names_trigrams (names_trigrams) VALUES ('delete-all')`],
    ['sums that are others', 'UPDATE rollup_days SET deaths_best = 1'],
    ['sums that are gone', 'DELETE FROM rollup_cities; DELETE FROM rollup_actor_years'],
    [
      'the remainder of a group without parts',
      `INSERT INTO group_rests (incident_key, incident_count_low) SELECT key, 1 FROM incidents WHERE ${SAMARRA}`,
    ],
  ])('repairs %s', async (_, sql) => {
    const path = FILES.copy()
    tamper(path, sql)
    expect(await using(path, findProblems)).not.toEqual([])
    await rebuild(path)
    expect(await using(path, findProblems)).toEqual([])
    expect(contentOf(path)).toBe(expected)
  })

  test('of a document that is damaged fails and changes nothing', async () => {
    const path = FILES.copy()
    tamper(
      path,
      `UPDATE documents SET document = json_set(document, '$.kind', 'banana') WHERE key = ${KEY}; DELETE FROM names`,
    )
    const before = contentOf(path)
    await expect(rebuild(path)).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(
        /^incidents: seed:samarra-2017-01-02: kind must be .*: nothing was rebuilt, restore a backup$/,
      ),
    })
    expect(contentOf(path)).toBe(before)
  })

  test('that fails in the middle leaves the state before it', async () => {
    const path = FILES.copy()
    tamper(path, 'DELETE FROM names')
    const before = contentOf(path)
    const stopped = using(path, (storage) =>
      storage.rebuild((done, total) => {
        if (done > total / 2) throw new Error('stopped')
      }),
    )
    await expect(stopped).rejects.toThrow('stopped')
    expect(contentOf(path)).toBe(before)
  })
})

describe('incidents rebuild', () => {
  test('is what check names, and repairs what check finds', async () => {
    const path = FILES.copy()
    tamper(path, 'DELETE FROM names; UPDATE incidents SET deaths_low = 7')
    expect((await run('check', path)).stdout).toMatch(/`incidents rebuild` derives them again\n$/)
    expect(await run('rebuild', path)).toEqual({
      code: 0,
      stdout: `Rebuilt all that follows from the documents of ${SEED_SIZE} records\n`,
      stderr: '',
    })
    expect(await run('check', path)).toMatchObject({ code: 0 })
  })

  test('that is killed leaves the state before it or the one after it', async () => {
    const path = FILES.copy()
    await using(path, (storage) => storage.load(batchOf(sampleIncidents(2000))))
    tamper(path, 'DELETE FROM names; DELETE FROM incident_actors; UPDATE incidents SET deaths_low = 7')
    const before = rowsOf(path)
    const env = { DATABASE_URL: `sqlite:${path}` }
    for (const moment of [500, 900, 1300]) {
      const running = startIncidents(['rebuild'], { env })
      setTimeout(() => running.process.kill('SIGKILL'), moment)
      const { code } = await running.ended
      if (code === 0) break
      const names = new Database(path).prepare('SELECT count(*) FROM names').pluck().get()
      if (names === 0) expect(rowsOf(path)).toEqual(before)
      else expect(await using(path, findProblems)).toEqual([])
    }
    await rebuild(path)
    expect(await using(path, findProblems)).toEqual([])
  })
})

/** The rows of every table of records, but for the keys of names. */
function rowsOf(path: string): unknown {
  const database = new Database(path, { readonly: true })
  const queries = [
    ...['sources', 'actors', 'places', 'tolls', 'incidents', 'documents', 'publishers'],
    ...['incident_actors', 'incident_sources', 'parts', 'group_rests', 'rollup_days', 'rollup_cities'],
  ].map((table) => `SELECT * FROM ${table} ORDER BY 1, 2`)
  const names = 'SELECT entity, entity_key, folded, shown FROM names ORDER BY 1, 2, 3'
  const rows = [...queries, names].map((sql) => database.prepare(sql).all())
  database.close()
  return rows
}
