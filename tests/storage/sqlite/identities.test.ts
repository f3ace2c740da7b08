import { describe, expect, test } from 'vitest'
import { Sqlite } from '../../../src/storage/sqlite/database/better-sqlite3.ts'
import {
  createUcdpDatabase,
  DatabaseFiles,
  findProblems,
  locateUcdpFile,
  run,
  tamper,
  withStorage,
} from '../../support/database.ts'

const FILES = new DatabaseFiles()

/** Makes a database what it was before identities: without their tables and those of states. */
const REVERT = `
  DELETE FROM migrations WHERE name >= '0008';
  DROP TRIGGER note_added_incident; DROP TRIGGER note_changed_incident; DROP TRIGGER note_removed_incident;
  DROP TRIGGER note_added_identity; DROP TRIGGER note_removed_identity;
  DROP TABLE states; DROP TABLE changed_incidents;
  ALTER TABLE store DROP COLUMN state;
  DROP TABLE curated_identities; DROP TABLE actor_decisions; DROP TABLE identities; DROP TABLE actor_identities;
  DELETE FROM names WHERE entity = 'identities';
  DELETE FROM loaded;
  ${[
    'datasets',
    'months',
    'admin1_months',
    'days',
    'cells',
    'cities',
    'precisions',
    'conflict_years',
    'actor_years',
  ]
    .map((table) => `CREATE TABLE rollup_${table} (actor_key INTEGER);`)
    .join('\n')}`

/** Reads what the identities are, without the keys of rows. */
function readIdentities(path: string): unknown {
  const database = new Sqlite(path, { readonly: true })
  const rows = [
    'SELECT id, name, kind, curated FROM identities ORDER BY id',
    `SELECT actors.id, coalesce(identities.id, actors.id) AS identity, alike, evidence FROM actor_identities
     JOIN actors ON actors.key = actor_key LEFT JOIN identities ON identities.key = identity_key ORDER BY actors.id`,
    `SELECT identities.id, folded, shown FROM names JOIN identities ON identities.key = entity_key
     WHERE entity = 'identities' ORDER BY 1, 2`,
  ].map((sql) => database.prepare(sql).all())
  database.close()
  return rows
}

describe('identities of actors', () => {
  test.each(['seed', 'serve'])(
    'are found when a database of the version before is migrated, before %s',
    async (next) => {
      const path = FILES.copy(await createUcdpDatabase('iraq'))
      const expected = readIdentities(path)
      tamper(path, REVERT)
      expect(await withStorage(path, (storage) => storage.migrate())).toContain('0008_actor_identities')
      if (next === 'serve') expect(await withStorage(path, findProblems)).toEqual([])
      else {
        expect((await run('seed', path)).code).toBe(0)
        expect(await withStorage(path, findProblems)).toEqual([])
        expect(readIdentities(path)).toEqual(expected)
      }
    },
  )

  test('do not depend on the order of imports', async () => {
    const [one, other] = [FILES.copy(), FILES.copy()]
    for (const country of ['iraq', 'bangladesh'] as const) await run(`import ${locateUcdpFile(country)}`, one)
    for (const country of ['bangladesh', 'iraq'] as const)
      await run(`import ${locateUcdpFile(country)}`, other)
    expect(readIdentities(one)).toEqual(readIdentities(other))
  })
})
