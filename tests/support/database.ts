import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { readSeed } from '../../src/seed/seed.ts'
import { DEFAULT_SUM_LIMITS, type FileStorage, type Storage } from '../../src/storage/contract/storage.ts'
import { isFileStorage, openStorage } from '../../src/storage/open-storage.ts'
import { Sqlite } from '../../src/storage/sqlite/database/better-sqlite3.ts'
import type { ThreadTarget } from '../../src/storage/sqlite/database/worker-thread.ts'
import { type Outcome, runIncidents } from './process.ts'
import { createSeededDatabase, shareFile } from './shared-files.ts'

/** The number of records in the seed. */
export const SEED_SIZE = (['sources', 'actors', 'places', 'incidents', 'tolls'] as const)
  .map((kind) => readSeed()[kind].length)
  .reduce((sum, length) => sum + length)

/** Returns the path of a file of UCDP GED in tests/fixtures. */
export const locateUcdpFile = (country: 'iraq' | 'bangladesh') =>
  fileURLToPath(new URL(`../fixtures/ucdp-ged-${country}.csv.gz`, import.meta.url))

/** Creates a database with the seed and UCDP GED of Iraq, or of Iraq and Bangladesh. Tests work on copies. */
export const createUcdpDatabase = (
  ...countries: readonly ['iraq'] | readonly ['iraq', 'bangladesh']
): Promise<string> =>
  shareFile(`ucdp-${countries.join('-')}.db`, async (path) => {
    const [start, missing] =
      countries.length === 1
        ? [await createSeededDatabase(), 'iraq' as const]
        : [await createUcdpDatabase('iraq'), countries[1]]
    copyFileSync(start, path)
    const { code, stderr } = await run(`import ${locateUcdpFile(missing)}`, path)
    if (code !== 0) throw new Error(stderr)
  })

/** Database files of one test file, in a folder that is removed afterwards. */
export class DatabaseFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
  /** The path of a database with the seed. */
  seeded = ''

  constructor() {
    beforeAll(async () => {
      this.seeded = await createSeededDatabase()
    })
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }))
  }

  /** Creates a new folder. */
  newFolder(): string {
    return mkdtempSync(join(this.folder, 'case-'))
  }

  /** Returns the path of a missing database in a new folder. */
  newPath(): string {
    return join(this.newFolder(), 'incidents.db')
  }

  /** Copies a database, by default the seeded one, to a new folder. */
  copy(of = this.seeded): string {
    const path = this.newPath()
    copyFileSync(of, path)
    return path
  }
}

/** Executes SQL on a database file, bypassing the rules of the service. */
export function tamper(path: string, sql: string): void {
  const database = new Sqlite(path)
  database.pragma('foreign_keys = OFF')
  database.unsafeMode().exec(sql)
  database.close()
}

/** Overwrites part of a file with garbage bytes. */
export function damage(path: string, from: number, to: number): void {
  writeFileSync(path, readFileSync(path).fill(0xab, from, to))
}

/** Opens a database file, uses it and closes it. */
export async function withStorage<T>(
  path: string,
  work: (storage: FileStorage) => Promise<T>,
  now?: Date,
): Promise<T> {
  const storage = openStorage(`sqlite:${path}`, now && { now: () => now })
  if (!isFileStorage(storage)) throw new Error('SQLite databases are files')
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}

/** Computes a digest of the schema and of every row of a database file. */
export function digestContent(path: string): string {
  const database = new Sqlite(path, { readonly: true })
  const tables = database
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name`,
    )
    .all()
  const hash = createHash('sha256').update(JSON.stringify(tables))
  for (const { name } of tables.filter(({ sql }) => !/^CREATE VIRTUAL/.test(sql))) {
    const rows = database.prepare<[], unknown[]>(`SELECT * FROM "${name}" ORDER BY 1, 2`).raw()
    for (const row of rows.iterate())
      for (const cell of row) hash.update(cell instanceof Uint8Array ? cell : `${typeof cell} ${cell}\n`)
  }
  database.close()
  return hash.digest('hex')
}

/** Lists the names in the folder of a path, with a digest of the file at the path. */
export function snapshotFile(path: string): unknown {
  const folder = join(path, '..')
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return null
  const isFile = existsSync(path) && statSync(path).isFile()
  const digest = isFile && createHash('sha256').update(readFileSync(path)).digest('hex')
  return { names: readdirSync(folder, { recursive: true }), digest }
}

/** Asserts that a command failed and wrote only one line, which states the cause. */
export function expectOneLine({ code, stdout, stderr }: Outcome, cause: RegExp): void {
  expect(stderr).toMatch(cause)
  expect(stderr).toMatch(/^incidents: [^\n]+\n$/)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
}

/** Runs a command on a database file, as another user if one is given. */
export const run = (command: string, path: string, uid?: number) =>
  runIncidents(command.split(' '), {
    env: { DATABASE_URL: `sqlite:${path}`, LOG_LEVEL: 'silent', PORT: '0' },
    ...(uid !== undefined && { uid }),
  })

/** Requests JSON from the application on a database file. */
export async function fetchJson<T>(path: string, url: string): Promise<T> {
  return withStorage(path, async (storage) => {
    const app = await buildApp({ stores: storage })
    const { body } = await app.inject(encodeURI(url))
    return JSON.parse(body)
  })
}

/** Finds the problems of a database: those of its file, else those of its records. */
export async function findProblems(storage: Storage): Promise<string[]> {
  const inFile = isFileStorage(storage) ? await storage.checkFile() : []
  const problems = inFile.length > 0 ? inFile : await storage.check()
  return problems.map(({ message }) => message)
}

/**
 * Sets up the user of commands that may not write everything: nobody if the tests run as root, else this user. `skip` is
 * why there is none here, once the tests run.
 */
export function setUpUnprivilegedUser(files: DatabaseFiles): { uid: number | undefined; skip?: string } {
  const user: { uid: number | undefined; skip?: string } = {
    uid: process.getuid?.() === 0 ? 65_534 : undefined,
  }
  beforeAll(async () => {
    // Only the folders of the cases are closed to other users.
    chmodSync(files.folder, 0o755)
    if (process.platform === 'win32') user.skip = 'Windows has no such permissions'
    else if ((await run('config', files.newPath(), user.uid)).code !== 0)
      user.skip = 'only root may run the command'
  })
  return user
}

/** Returns what the threads of a database are given. */
export function targetOf(path: string): ThreadTarget {
  return { path, columns: { folder: `${path}-columns`, limits: DEFAULT_SUM_LIMITS } }
}
