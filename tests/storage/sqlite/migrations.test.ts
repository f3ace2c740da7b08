import { describe, expect, test } from 'vitest'
import { Sqlite } from '../../../src/storage/sqlite/database/better-sqlite3.ts'
import { Connection } from '../../../src/storage/sqlite/database/connection.ts'
import { knownMigrations, migrate } from '../../../src/storage/sqlite/database/migrations.ts'
import { rebuildRecords } from '../../../src/storage/sqlite/integrity/rebuild.ts'
import {
  DatabaseFiles,
  digestContent,
  expectOneLine,
  findProblems,
  run,
  snapshotFile,
  tamper,
  withStorage,
} from '../../support/database.ts'

const FILES = new DatabaseFiles()

describe.concurrent('a database is rejected in one line and not changed because of', () => {
  test.each<[string, string, RegExp]>([
    [
      'an altered migration',
      `UPDATE migrations SET checksum = 'altered'`,
      /^incidents: The migration 0001_records differs .*: restore the file migrations\/sqlite\/0001_records\.sql/,
    ],
    [
      'a newer migration',
      `INSERT INTO migrations VALUES ('9999_future', 'unknown', '2099-01-01T00:00:00.000Z')`,
      /^incidents: .* has the migration 9999_future, which this release does not know.* newer release/,
    ],
    [
      'an unknown migration before a known one',
      `INSERT INTO migrations VALUES ('0000_past', 'unknown', '2001-01-01T00:00:00.000Z')`,
      /^incidents: .* has the migration 0000_past/,
    ],
  ])('%s', async (_, sql, cause) => {
    const path = FILES.copy()
    tamper(path, sql)
    const before = snapshotFile(path)
    expectOneLine(await run('serve', path), cause)
    expect(snapshotFile(path)).toEqual(before)
  })
})

describe('a migration that fails', () => {
  const broken = {
    name: '9999_broken',
    script: `CREATE TABLE extra (id TEXT) STRICT; DELETE FROM parts; CREATE TABLE broken (id TXET) STRICT;`,
    checksum: 'broken',
  }

  test('leaves the database unchanged and usable', async () => {
    const path = FILES.copy()
    const before = digestContent(path)
    const connection = new Connection(path, 'write')
    expect(() => migrate(connection, new Date(), [...knownMigrations(), broken])).toThrow('TXET')
    connection.close()
    expect(digestContent(path)).toBe(before)
    expect(await withStorage(path, findProblems)).toEqual([])
  })

  test('leaves a new database empty by rolling back earlier migrations', async () => {
    const path = FILES.newPath()
    const connection = new Connection(path, 'write')
    expect(() => migrate(connection, new Date(), [...knownMigrations(), broken])).toThrow('TXET')
    connection.close()
    const fresh = new Sqlite(path, { readonly: true })
    expect(fresh.prepare('SELECT name FROM sqlite_schema').all()).toEqual([])
    fresh.close()
    expect(await withStorage(path, (storage) => storage.migrate())).toContain('0001_records')
  })

  test('a later migration is applied once, to a database with records', async () => {
    const path = FILES.copy()
    const known = [...knownMigrations(), { ...broken, script: 'CREATE TABLE extra (id TEXT) STRICT' }]
    const connection = new Connection(path, 'write')
    expect(migrate(connection, new Date(), known)).toEqual(['9999_broken'])
    expect(migrate(connection, new Date(), known)).toEqual([])
    connection.close()
  })

  test('a column that a later migration adds is filled from the records, in the same transaction', async () => {
    const path = FILES.copy()
    const script =
      'UPDATE incidents SET geo_precision = NULL; DELETE FROM incident_weapons; DELETE FROM terms;'
    const known = [...knownMigrations(), { ...broken, script }]
    const connection = new Connection(path, 'write')
    const failing = () => {
      throw new Error('stopped')
    }
    const before = digestContent(path)
    expect(() => migrate(connection, new Date(), known, failing)).toThrow('stopped')
    expect(digestContent(path)).toBe(before)
    migrate(connection, new Date(), known, () => rebuildRecords(connection, new Date()))
    connection.run(`DELETE FROM migrations WHERE name = '9999_broken'`)
    connection.close()
    expect(await withStorage(path, findProblems)).toEqual([])
    expect(await withStorage(path, ({ terms }) => terms.findByName('weapon', 'car bomb'))).toEqual([
      'car bomb',
    ])
  })
})
