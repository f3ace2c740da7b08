import { beforeAll, describe, expect, test } from 'vitest'
import { Sqlite } from '../../../src/storage/sqlite/database/better-sqlite3.ts'
import {
  DatabaseFiles,
  digestContent,
  findProblems,
  run,
  SEED_SIZE,
  tamper,
  withStorage,
} from '../../support/database.ts'
import { startIncidents } from '../../support/process.ts'
import { buildBatch, sampleIncidents } from '../../support/records.ts'

const FILES = new DatabaseFiles()
const NOW = new Date('2026-06-01T00:00:00Z')
const SAMARRA = `id = 'seed:samarra-2017-01-02'`
const KEY = `(SELECT key FROM incidents WHERE ${SAMARRA})`

const rebuild = (path: string) => withStorage(path, (storage) => storage.rebuild(() => {}), NOW)

/** Computes a digest of a database but for the id of its state, which each rebuild draws. */
function digestRebuilt(path: string): string {
  tamper(path, `UPDATE store SET state = ''; DELETE FROM states; DELETE FROM changed_incidents`)
  return digestContent(path)
}

describe('a rebuild', () => {
  /** The digest of the seeded database after a rebuild. */
  let expected: string

  beforeAll(async () => {
    const path = FILES.copy()
    await rebuild(path)
    expected = digestRebuilt(path)
  })

  test('keeps every key, document and derived row', async () => {
    const path = FILES.copy()
    const before = readRows(path)
    expect(await rebuild(path)).toBe(SEED_SIZE)
    expect(readRows(path)).toEqual(before)
    expect(await withStorage(path, findProblems)).toEqual([])
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
    ['missing parts', 'DELETE FROM parts'],
    ['missing actors of incidents', 'DELETE FROM incident_actors'],
    ['missing sources of incidents', 'DELETE FROM incident_sources'],
    ['a row without an incident', `INSERT INTO parts VALUES (999, 'seed:baghdad-bombings-2016-12-31')`],
    ['missing full text', 'DELETE FROM incidents_words'],
    ['wrong full text', `UPDATE incidents_words SET words = 'other' WHERE rowid = ${KEY}`],
    ['missing names', `DELETE FROM names WHERE entity = 'places'`],
    ['wrong names', `UPDATE names SET folded = 'other', shown = 'Other'`],
    ['an empty index of names', `INSERT INTO names_trigrams (names_trigrams) VALUES ('delete-all')`],
    ['missing identities of actors', 'DELETE FROM identities; DELETE FROM actor_identities'],
    ['a wrong identity of an actor', 'UPDATE actor_identities SET identity_key = 1'],
    ['missing names of identities', `DELETE FROM names WHERE entity = 'identities'`],
    [
      'the remainder of a group without parts',
      `INSERT INTO group_rests (incident_key, incident_count_low) SELECT key, 1 FROM incidents WHERE ${SAMARRA}`,
    ],
  ])('repairs %s', async (_, sql) => {
    const path = FILES.copy()
    tamper(path, sql)
    expect(await withStorage(path, findProblems)).not.toEqual([])
    await rebuild(path)
    expect(await withStorage(path, findProblems)).toEqual([])
    expect(digestRebuilt(path)).toBe(expected)
  })

  test('of a document that is damaged fails and changes nothing', async () => {
    const path = FILES.copy()
    tamper(
      path,
      `UPDATE documents SET document = json_set(document, '$.kind', 'banana') WHERE key = ${KEY}; DELETE FROM names`,
    )
    const before = digestContent(path)
    await expect(rebuild(path)).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(
        /^incidents: seed:samarra-2017-01-02: kind must be .*: nothing was rebuilt, restore a backup$/,
      ),
    })
    expect(digestContent(path)).toBe(before)
  })

  test('that fails midway changes nothing', async () => {
    const path = FILES.copy()
    tamper(path, 'DELETE FROM names')
    const before = digestContent(path)
    const stopped = withStorage(path, (storage) =>
      storage.rebuild((done, total) => {
        if (done > total / 2) throw new Error('stopped')
      }),
    )
    await expect(stopped).rejects.toThrow('stopped')
    expect(digestContent(path)).toBe(before)
  })
})

describe('incidents rebuild', () => {
  test('is suggested by check, and repairs what check reports', async () => {
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

  test('leaves the state before or after it when killed', async () => {
    const path = FILES.copy()
    await withStorage(path, (storage) => storage.load(buildBatch(sampleIncidents(2000))))
    tamper(path, 'DELETE FROM names; DELETE FROM incident_actors; UPDATE incidents SET deaths_low = 7')
    const before = readRows(path)
    const env = { DATABASE_URL: `sqlite:${path}` }
    for (const moment of [500, 900, 1300]) {
      const running = startIncidents(['rebuild'], { env })
      setTimeout(() => running.process.kill('SIGKILL'), moment)
      const { code } = await running.ended
      if (code === 0) break
      const names = new Sqlite(path).prepare('SELECT count(*) FROM names').pluck().get()
      if (names === 0) expect(readRows(path)).toEqual(before)
      else expect(await withStorage(path, findProblems)).toEqual([])
    }
    await rebuild(path)
    expect(await withStorage(path, findProblems)).toEqual([])
  })
})

/** Reads the rows of every table of records, without the keys of names. */
function readRows(path: string): unknown {
  const database = new Sqlite(path, { readonly: true })
  const queries = [
    ...['sources', 'actors', 'places', 'tolls', 'incidents', 'documents', 'publishers'],
    ...['incident_actors', 'incident_sources', 'parts', 'group_rests'],
  ].map((table) => `SELECT * FROM ${table} ORDER BY 1, 2`)
  const names = 'SELECT entity, entity_key, folded, shown FROM names ORDER BY 1, 2, 3'
  const rows = [...queries, names].map((sql) => database.prepare(sql).all())
  database.close()
  return rows
}
