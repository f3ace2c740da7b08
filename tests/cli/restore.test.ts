import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { Sqlite } from '../../src/storage/sqlite/database/better-sqlite3.ts'
import {
  DatabaseFiles,
  damage,
  digestContent,
  expectOneLine,
  findProblems,
  locateUcdpFile,
  run,
  snapshotFile,
  tamper,
  withStorage,
} from '../support/database.ts'
import { setUpServers } from '../support/process.ts'
import { renderUcdpCsv, UCDP_ROWS } from '../support/ucdp.ts'

const FILES = new DatabaseFiles()
const { serve } = setUpServers()

/** A backup with the seed and Bangladesh. */
let backup = ''
beforeAll(async () => {
  const path = FILES.copy()
  backup = FILES.newPath()
  await run(`import ${locateUcdpFile('bangladesh')}`, path)
  await run(`backup ${backup}`, path)
})

const list = (path: string) => readdirSync(join(path, '..')).sort()

describe('a backup', () => {
  test('replaces a database, which is kept', async () => {
    const path = FILES.copy()
    const old = digestContent(path)
    const { code, stdout } = await run(`restore ${backup}`, path)
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Restored from .*: incidents 604, revision \d+ of 20.*Z\nThe old database is kept as .*incidents\.db\.before-restore\n$/,
      ),
    })
    expect(digestContent(path)).toBe(digestContent(backup))
    expect(digestContent(`${path}.before-restore`)).toBe(old)
    expect(list(path).filter((name) => !/-(wal|shm)$/.test(name))).toEqual([
      'incidents.db',
      'incidents.db.before-restore',
    ])
    expect(await withStorage(path, findProblems)).toEqual([])
  })

  test('is restored where there is no database, nor a folder', async () => {
    const path = join(FILES.newFolder(), 'new', 'incidents.db')
    expect(await run(`restore ${backup}`, path)).toMatchObject({ code: 0 })
    expect(list(path)).toEqual(['incidents.db'])
    expect(digestContent(path)).toBe(digestContent(backup))
  })

  test('is restored again and again, and takes nothing over from a log that was left', async () => {
    const path = FILES.copy()
    // A process that is killed leaves its log.
    const other = new Sqlite(path)
    other.exec('UPDATE store SET revision = revision + 1000')
    const crashed = FILES.newPath()
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, crashed + suffix)
    other.close()
    expect(statSync(`${crashed}-wal`).size).toBeGreaterThan(0)
    for (const times of [1, 2]) {
      expect(await run(`restore ${backup}`, crashed), `${times}`).toMatchObject({ code: 0 })
      expect(digestContent(crashed)).toBe(digestContent(backup))
    }
  })

  test('that is restored twice leads to states with ETags of their own', async () => {
    const path = FILES.copy()
    const start = FILES.newPath()
    await run(`backup ${start}`, path)
    const etags: unknown[] = []
    for (const rows of [UCDP_ROWS.slice(0, 20), UCDP_ROWS.slice(20, 40)]) {
      const file = join(FILES.newFolder(), 'ged.csv')
      writeFileSync(file, renderUcdpCsv(rows))
      expect(await run(`import ${file}`, path)).toMatchObject({ code: 0 })
      etags.push(
        await withStorage(path, async (storage) => {
          const app = await buildApp({ stores: storage })
          return (await app.inject('/v1/incidents')).headers.etag
        }),
      )
      expect(await run(`restore ${start}`, path)).toMatchObject({ code: 0 })
    }
    expect(new Set(etags).size).toBe(2)
  })

  test('leaves no further file after a restore that was killed with the old database under both names', async () => {
    const path = FILES.copy()
    linkSync(path, `${path}.before-restore`)
    expect(await run(`restore ${backup}`, path)).toMatchObject({ code: 0 })
    expect(list(path)).toEqual(['incidents.db', 'incidents.db.before-restore'])
  })

  test('has permissions as the database had, and no file next to it', async () => {
    const path = FILES.copy()
    tamper(path, 'PRAGMA user_version = 0')
    await run(`restore ${backup}`, path)
    expect(statSync(path).mode).toBe(statSync(`${path}.before-restore`).mode)
    expect(list(backup)).toEqual(['incidents.db'])
  })
})

describe('nothing is restored', () => {
  test.each<[string, (path: string) => string, RegExp]>([
    ['from a missing file', () => '/nowhere/backup.db', /There is no file \/nowhere\/backup\.db/],
    ['from the database itself', (path) => path, /is the database itself/],
    [
      'from another name of the database',
      (path) => {
        linkSync(path, `${path}.link`)
        return `${path}.link`
      },
      /is the database itself/,
    ],
    [
      'from a text',
      (path) => {
        writeFileSync(`${path}.txt`, 'Dear diary\n'.repeat(50))
        return `${path}.txt`
      },
      /is not a SQLite database/,
    ],
    [
      'from an empty file',
      (path) => {
        writeFileSync(`${path}.empty`, '')
        return `${path}.empty`
      },
      /is an empty database/,
    ],
    [
      "from another application's database",
      (path) => {
        tamper(`${path}.other`, 'CREATE TABLE diary (entry TEXT)')
        return `${path}.other`
      },
      /of another application/,
    ],
    [
      'from a backup that is cut short',
      (path) => {
        copyFileSync(backup, `${path}.short`)
        truncateSync(`${path}.short`, 500_000)
        return `${path}.short`
      },
      /is cut short/,
    ],
    [
      'from a damaged backup',
      (path) => {
        copyFileSync(backup, `${path}.bad`)
        damage(`${path}.bad`, 400_000, 600_000)
        return `${path}.bad`
      },
      /\.bad is damaged/,
    ],
    [
      'from a backup of a newer release',
      (path) => {
        copyFileSync(backup, `${path}.newer`)
        tamper(`${path}.newer`, `INSERT INTO migrations VALUES ('9999_future', '', '')`)
        return `${path}.newer`
      },
      /written by a newer release/,
    ],
  ])('%s', async (_, prepare, cause) => {
    const path = FILES.copy()
    const source = prepare(path)
    const before = snapshotFile(path)
    expectOneLine(await run(`restore ${source}`, path), cause)
    expect(snapshotFile(path)).toEqual(before)
  })

  test.each(['1', '2'])('while %s processes serve the database', async (PROCESSES) => {
    const path = FILES.copy()
    const { origin, process, ended } = await serve(path, { PROCESSES })
    const digest = digestContent(path)
    expectOneLine(
      await run(`restore ${backup}`, path),
      /is in use by a server or another command: stop it first/,
    )
    expectOneLine(await run(`restore --force ${backup}`, path), /is in use/)
    expect((await fetch(`${origin}/v1/incidents`)).status).toBe(200)
    process.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0 })
    expect(digestContent(path)).toBe(digest)
    expect(existsSync(`${path}.before-restore`)).toBe(false)
  })
})

describe('in the place of a damaged database, only with --force', () => {
  test.each<[string, (path: string) => void]>([
    ['cut short', (path) => truncateSync(path, 300_000)],
    [
      'cut to nothing, with a log',
      (path) => {
        truncateSync(path, 0)
        writeFileSync(`${path}-wal`, 'of the old database')
      },
    ],
    ['no database', (path) => writeFileSync(path, 'Dear diary\n'.repeat(50))],
  ])('%s', async (_, prepare) => {
    const path = FILES.copy()
    prepare(path)
    const content = readFileSync(path)
    expectOneLine(
      await run(`restore ${backup}`, path),
      /make sure that no server uses it and repeat with --force/,
    )
    expect(readFileSync(path).equals(content)).toBe(true)
    expect(await run(`restore --force ${backup}`, path)).toMatchObject({ code: 0 })
    expect(digestContent(path)).toBe(digestContent(backup))
    expect(readFileSync(`${path}.before-restore`).equals(content)).toBe(true)
    expect(await withStorage(path, findProblems)).toEqual([])
  })
})

test('in the place of a database with a damaged schema', async () => {
  const path = FILES.copy()
  damage(path, 100, 4096)
  expect(await run(`restore ${backup}`, path)).toMatchObject({ code: 0 })
  expect(digestContent(path)).toBe(digestContent(backup))
})
