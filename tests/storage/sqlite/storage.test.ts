import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSeed } from '../../../src/seed/seed.ts'
import { openStorage } from '../../../src/storage/open-storage.ts'
import { Sqlite } from '../../../src/storage/sqlite/database/better-sqlite3.ts'
import {
  DatabaseFiles,
  damage,
  digestContent,
  expectOneLine,
  findProblems,
  run,
  SEED_SIZE,
  setUpUnprivilegedUser,
  snapshotFile,
  tamper,
  withStorage,
} from '../../support/database.ts'
import { isWindows } from '../../support/platform.ts'

const FILES = new DatabaseFiles()

/** A file name in which every character counts; Windows permits fewer. */
const SPECIAL = isWindows ? `ü %20#'.db` : `ü %20?mode=ro#'".db`

describe.concurrent('a new database', () => {
  test.each([
    ['in an existing folder', (folder: string) => `sqlite:${folder}/a.db`, 'a.db'],
    ['in missing folders', (folder: string) => `sqlite:${folder}/b/c/d.db`, join('b', 'c', 'd.db')],
    // A path of Windows begins with a letter, which would be a host.
    ['by an absolute URL', (folder: string) => `sqlite:${isWindows ? '' : '//'}${folder}/e.db`, 'e.db'],
    ['with a name of special characters', (folder: string) => `sqlite:${folder}/${SPECIAL}`, SPECIAL],
  ])('is created %s', async (_, buildUrl, file) => {
    const folder = FILES.newFolder()
    const storage = openStorage(buildUrl(folder))
    await storage.migrate()
    expect((await storage.load(readSeed())).added).toBe(SEED_SIZE)
    await storage.close()
    expect(readdirSync(folder, { recursive: true })).toContain(file)
    expect(await withStorage(join(folder, file), findProblems)).toEqual([])
  })

  test('is created from an empty file', async () => {
    const path = FILES.newPath()
    writeFileSync(path, '')
    const { code, stdout } = await run('seed', path)
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Records added ${SEED_SIZE}, updated 0, unchanged 0, removed 0\n`,
    })
  })
})

describe.concurrent('a database that cannot be used is reported in one line and not changed', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    [
      'a file that is not a database',
      (path) => writeFileSync(path, 'Dear diary\n'.repeat(50)),
      /is not a SQLite database: give another path, or restore/,
    ],
    [
      'a truncated file',
      (path) => writeFileSync(path, readFileSync(FILES.seeded).subarray(0, 300_000)),
      /is cut short \(300000 bytes\): restore it from a backup/,
    ],
    [
      'a file without its last byte',
      (path) => writeFileSync(path, readFileSync(FILES.seeded).subarray(0, -1)),
      /is cut short/,
    ],
    [
      'a file with only its first bytes',
      (path) => writeFileSync(path, readFileSync(FILES.seeded).subarray(0, 50)),
      /is cut short/,
    ],
    [
      'an empty file that has a log',
      (path) => {
        writeFileSync(path, '')
        writeFileSync(`${path}-wal`, 'of what it was')
      },
      /is cut short \(0 bytes\)/,
    ],
    [
      'a database with a damaged schema',
      (path) => {
        copyFileSync(FILES.seeded, path)
        damage(path, 100, 4096)
      },
      /is damaged: restore it from a backup/,
    ],
    [
      "another application's database",
      (path) => tamper(path, 'CREATE TABLE diary (entry TEXT)'),
      /is a SQLite database of another application: give another path/,
    ],
    ['a folder', (path) => mkdirSync(join(path, 'inside'), { recursive: true }), /is not a file/],
    [
      'a path below a file',
      (path) => {
        rmSync(join(path, '..'), { recursive: true })
        writeFileSync(join(path, '..'), 'in the way')
      },
      /The folder of .* cannot be made/,
    ],
  ])('%s', async (_, prepare, cause) => {
    const path = FILES.newPath()
    prepare(path)
    const before = snapshotFile(path)
    const outcome = await run('serve', path)
    expectOneLine(outcome, cause)
    expect(outcome.stderr).toContain(path)
    await expect(withStorage(path, (storage) => storage.migrate())).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(cause),
    })
    expect(snapshotFile(path)).toEqual(before)
  })

  test('a database with a damaged page of records', async () => {
    const path = FILES.copy()
    // The page is looked up in another copy, because opening a database leaves files.
    const database = new Sqlite(FILES.copy(), { readonly: true })
    const root = database.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'places'`).pluck().get()
    const pageSize = Number(database.pragma('page_size', { simple: true }))
    database.close()
    damage(path, (Number(root) - 1) * pageSize, Number(root) * pageSize)
    const before = snapshotFile(path)
    for (const outcome of await Promise.all(['serve', 'seed'].map((command) => run(command, path))))
      expectOneLine(outcome, /is damaged: restore it from a backup/)
    expect(snapshotFile(path)).toEqual(before)
  })

  test('a database that another process has locked exclusively', async () => {
    const path = FILES.copy()
    const other = new Sqlite(path)
    other.pragma('journal_mode = DELETE')
    const before = readFileSync(path)
    other.exec('BEGIN EXCLUSIVE')
    const commands = ['serve', 'check', `backup ${path}.copy`]
    const outcomes = await Promise.all(commands.map((command) => run(command, path)))
    for (const outcome of outcomes) expectOneLine(outcome, /is locked by another process: stop it or wait/)
    other.exec('ROLLBACK')
    other.close()
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(await withStorage(path, findProblems)).toEqual([])
  })

  test('a database that another process writes to, but only if there is something to write', async () => {
    const path = FILES.copy()
    const other = new Sqlite(path)
    other.exec('BEGIN IMMEDIATE')
    const [seed, check] = await Promise.all(['seed', 'check'].map((command) => run(command, path)))
    expect(seed).toMatchObject({
      code: 0,
      stdout: `Records added 0, updated 0, unchanged ${SEED_SIZE}, removed 0\n`,
    })
    expect(check).toMatchObject({ code: 0 })
    other.exec(`UPDATE documents SET claims = '[]'`)
    other.exec('COMMIT; BEGIN IMMEDIATE')
    expectOneLine(await run('seed', path), /is locked by another process/)
    other.close()
  })
})

describe.concurrent('a database without write permission is reported in one line', () => {
  const user = setUpUnprivilegedUser(FILES)

  test.for<[string, (folder: string, path: string) => void, RegExp]>([
    ['a file', (_, path) => chmodSync(path, 0o444), /is read-only: check its permissions/],
    ['a file without read permission', (_, path) => chmodSync(path, 0o000), /cannot be (read|opened)/],
    ['a missing file in a read-only folder', (_, path) => rmSync(path), /cannot be opened: check/],
    [
      'a missing folder in a read-only folder',
      (folder) => rmSync(folder, { recursive: true }),
      /The folder of .* cannot be made/,
    ],
  ])('%s', async ([, prepare, cause], { skip }) => {
    if (user.skip) skip(user.skip)
    const outer = FILES.newFolder()
    const folder = join(outer, 'closed')
    const path = join(folder, 'incidents.db')
    mkdirSync(folder)
    copyFileSync(FILES.seeded, path)
    prepare(folder, path)
    for (const each of [folder, outer].filter((one) => existsSync(one))) chmodSync(each, 0o555)
    const before = snapshotFile(path)
    try {
      expectOneLine(await run('seed', path, user.uid), cause)
      expect(snapshotFile(path)).toEqual(before)
    } finally {
      for (const each of [outer, folder].filter((one) => existsSync(one))) chmodSync(each, 0o755)
    }
  })

  test('a backup to a read-only folder', async ({ skip }) => {
    if (user.skip) skip(user.skip)
    const path = FILES.copy()
    const readOnly = FILES.newFolder()
    chmodSync(join(path, '..'), 0o777)
    chmodSync(path, 0o666)
    chmodSync(readOnly, 0o555)
    expectOneLine(await run(`backup ${join(readOnly, 'copy.db')}`, path, user.uid), /copy\.db/)
    expect(readdirSync(readOnly)).toEqual([])
    chmodSync(readOnly, 0o755)
  })
})

describe.concurrent('a backup', () => {
  test('is created while the database is open, and is identical', async () => {
    const path = FILES.copy()
    await withStorage(path, async (storage) => {
      // The last changes are still in the write-ahead log.
      const batch = readSeed()
      await storage.load({ ...batch, incidents: batch.incidents.slice(1) })
      const seen: number[] = []
      await storage.backup(`${path}.copy`, (done, total) => seen.push(done / total))
      expect(digestContent(`${path}.copy`)).toBe(digestContent(path))
      expect(seen).not.toEqual([])
      for (const part of seen) expect(part).toSatisfy((number: number) => number >= 0 && number <= 1)
    })
    expect(await withStorage(`${path}.copy`, findProblems)).toEqual([])
    const report = await withStorage(`${path}.copy`, (copy) => copy.load(readSeed()))
    expect(report).toEqual({ added: 1, updated: 0, unchanged: SEED_SIZE - 1, removed: 0, kept: 0 })
  })

  test('has one state while another is written', async () => {
    const path = FILES.copy()
    const states = [digestContent(path)]
    await withStorage(path, async (storage) => {
      const copying = storage.backup(`${path}.copy`)
      await storage.load({ ...readSeed(), tolls: [] })
      await copying
      states.push(digestContent(path))
    })
    expect(new Set(states).size).toBe(2)
    expect(states).toContain(digestContent(`${path}.copy`))
  })

  test.each<[string, (folder: string) => string, RegExp]>([
    [
      'an existing file',
      (folder) => join(folder, 'existing'),
      /existing exists already: give the name of a new/,
    ],
    ['itself', (folder) => join(folder, 'incidents.db'), /incidents\.db exists already/],
    ['a folder', (folder) => folder, /exists already/],
    ['a folder that is not there', (folder) => join(folder, 'missing', 'copy.db'), /missing/],
  ])('to %s is rejected, nothing is overwritten', async (_, buildTarget, cause) => {
    const path = FILES.copy()
    const folder = join(path, '..')
    writeFileSync(join(folder, 'existing'), 'of another')
    const before = snapshotFile(path)
    await expect(withStorage(path, (storage) => storage.backup(buildTarget(folder)))).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(cause),
    })
    expect(snapshotFile(path)).toEqual(before)
    expect(readFileSync(join(folder, 'existing'), 'utf8')).toBe('of another')
  })
})
