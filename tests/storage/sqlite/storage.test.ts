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
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { readSeed } from '../../../src/seed/seed.ts'
import { openStorage } from '../../../src/storage/open-storage.ts'
import {
  contentOf,
  DatabaseFiles,
  damage,
  expectOneLine,
  findProblems,
  run,
  SEED_SIZE,
  tamper,
  traceOf,
  using,
} from '../../support/database.ts'

const FILES = new DatabaseFiles()

describe.concurrent('a new database', () => {
  test.each([
    ['in a folder that is there', (folder: string) => `sqlite:${folder}/a.db`, 'a.db'],
    ['in folders that are missing', (folder: string) => `sqlite:${folder}/b/c/d.db`, 'b/c/d.db'],
    ['by an absolute URL', (folder: string) => `sqlite://${folder}/e.db`, 'e.db'],
    [
      'with a name that means something elsewhere',
      (folder: string) => `sqlite:${folder}/ü %20?mode=ro#'".db`,
      `ü %20?mode=ro#'".db`,
    ],
  ])('is made %s', async (_, urlIn, file) => {
    const folder = FILES.newFolder()
    const storage = openStorage(urlIn(folder))
    await storage.migrate()
    expect((await storage.load(readSeed())).added).toBe(SEED_SIZE)
    await storage.close()
    expect(readdirSync(folder, { recursive: true })).toContain(file)
    expect(await using(join(folder, file), findProblems)).toEqual([])
  })

  test('is made of an empty file', async () => {
    const path = FILES.newPath()
    writeFileSync(path, '')
    const { code, stdout } = await run('seed', path)
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Records added ${SEED_SIZE}, updated 0, unchanged 0, removed 0\n`,
    })
  })
})

describe.concurrent('a database that cannot be used is reported in one line and left as it is', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    [
      'a file that is no database',
      (path) => writeFileSync(path, 'Dear diary\n'.repeat(50)),
      /is not a SQLite database: give another path, or restore/,
    ],
    [
      'a file that lost its end',
      (path) => writeFileSync(path, readFileSync(FILES.seeded).subarray(0, 300_000)),
      /is cut short \(300000 bytes\): restore it from a backup/,
    ],
    [
      'a file that lost a few bytes',
      (path) => writeFileSync(path, readFileSync(FILES.seeded).subarray(0, -1)),
      /is cut short/,
    ],
    [
      'a file that lost all but its first bytes',
      (path) => writeFileSync(path, readFileSync(FILES.seeded).subarray(0, 50)),
      /is cut short/,
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
    const before = traceOf(path)
    const outcome = await run('serve', path)
    expectOneLine(outcome, cause)
    expect(outcome.stderr).toContain(path)
    await expect(using(path, (storage) => storage.migrate())).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(cause),
    })
    expect(traceOf(path)).toEqual(before)
  })

  test('a database with a damaged page of records', async () => {
    const path = FILES.copy()
    // The page is looked up in another copy: looking leaves traces.
    const database = new Database(FILES.copy(), { readonly: true })
    const root = database.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'places'`).pluck().get()
    const pageSize = Number(database.pragma('page_size', { simple: true }))
    database.close()
    damage(path, (Number(root) - 1) * pageSize, Number(root) * pageSize)
    const before = traceOf(path)
    for (const outcome of await Promise.all(['serve', 'seed'].map((command) => run(command, path))))
      expectOneLine(outcome, /is damaged: restore it from a backup/)
    expect(traceOf(path)).toEqual(before)
  })

  test('a database that another process holds for itself', async () => {
    const path = FILES.copy()
    const other = new Database(path)
    other.pragma('journal_mode = DELETE')
    const before = readFileSync(path)
    other.exec('BEGIN EXCLUSIVE')
    const commands = ['serve', 'check', `backup ${path}.copy`]
    const outcomes = await Promise.all(commands.map((command) => run(command, path)))
    for (const outcome of outcomes) expectOneLine(outcome, /is locked by another process: stop it or wait/)
    other.exec('ROLLBACK')
    other.close()
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(await using(path, findProblems)).toEqual([])
  })

  test('a database that another process writes to, and only where there is something to write', async () => {
    const path = FILES.copy()
    const other = new Database(path)
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

describe.concurrent('a database that may not be written', () => {
  /** The user nobody: root may read and write everything, so it runs commands as another user. */
  const uid = process.getuid?.() === 0 ? 65_534 : undefined
  let reason: string | undefined
  beforeAll(async () => {
    // Nothing but the cases' own folders is closed to others.
    chmodSync(FILES.folder, 0o755)
    if (process.platform === 'win32') reason = 'Windows has no such permissions'
    else if ((await run('config', FILES.newPath(), uid)).code !== 0)
      reason = 'only root may run what is tested'
  })

  test.for<[string, (folder: string, path: string) => void, RegExp]>([
    ['a file', (_, path) => chmodSync(path, 0o444), /is read-only: check its permissions/],
    ['a file that may not even be read', (_, path) => chmodSync(path, 0o000), /cannot be (read|opened)/],
    ['a missing file in such a folder', (_, path) => rmSync(path), /cannot be opened: check/],
    [
      'nor its folder made',
      (folder) => rmSync(folder, { recursive: true }),
      /The folder of .* cannot be made/,
    ],
  ])('%s', async ([, prepare, cause], { skip }) => {
    if (reason) skip(reason)
    const outer = FILES.newFolder()
    const folder = join(outer, 'closed')
    const path = join(folder, 'incidents.db')
    mkdirSync(folder)
    copyFileSync(FILES.seeded, path)
    prepare(folder, path)
    for (const each of [folder, outer].filter((one) => existsSync(one))) chmodSync(each, 0o555)
    const before = traceOf(path)
    try {
      expectOneLine(await run('seed', path, uid), cause)
      expect(traceOf(path)).toEqual(before)
    } finally {
      for (const each of [outer, folder].filter((one) => existsSync(one))) chmodSync(each, 0o755)
    }
  })

  test('a backup to such a folder fails in one line', async ({ skip }) => {
    if (reason) skip(reason)
    const path = FILES.copy()
    const closed = FILES.newFolder()
    chmodSync(join(path, '..'), 0o777)
    chmodSync(path, 0o666)
    chmodSync(closed, 0o555)
    expectOneLine(await run(`backup ${join(closed, 'copy.db')}`, path, uid), /copy\.db/)
    expect(readdirSync(closed)).toEqual([])
    chmodSync(closed, 0o755)
  })
})

describe.concurrent('a backup', () => {
  test('is made while the database is open, identical and sound', async () => {
    const path = FILES.copy()
    await using(path, async (storage) => {
      // What was written last is still outside the main file.
      const batch = readSeed()
      await storage.load({ ...batch, incidents: batch.incidents.slice(1) })
      const seen: number[] = []
      await storage.backup(`${path}.copy`, (done, total) => seen.push(done / total))
      expect(contentOf(`${path}.copy`)).toBe(contentOf(path))
      expect(seen).not.toEqual([])
      for (const part of seen) expect(part).toSatisfy((number: number) => number >= 0 && number <= 1)
    })
    expect(await using(`${path}.copy`, findProblems)).toEqual([])
    const report = await using(`${path}.copy`, (copy) => copy.load(readSeed()))
    expect(report).toEqual({ added: 1, updated: 0, unchanged: SEED_SIZE - 1, removed: 0, kept: 0 })
  })

  test('holds one state while another is written', async () => {
    const path = FILES.copy()
    const states = [contentOf(path)]
    await using(path, async (storage) => {
      const copying = storage.backup(`${path}.copy`)
      await storage.load({ ...readSeed(), tolls: [] })
      await copying
      states.push(contentOf(path))
    })
    expect(new Set(states).size).toBe(2)
    expect(states).toContain(contentOf(`${path}.copy`))
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
  ])('to %s is rejected, nothing is overwritten', async (_, targetIn, cause) => {
    const path = FILES.copy()
    const folder = join(path, '..')
    writeFileSync(join(folder, 'existing'), 'of another')
    const before = traceOf(path)
    await expect(using(path, (storage) => storage.backup(targetIn(folder)))).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(cause),
    })
    expect(traceOf(path)).toEqual(before)
    expect(readFileSync(join(folder, 'existing'), 'utf8')).toBe('of another')
  })
})
