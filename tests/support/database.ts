import { createHash } from 'node:crypto'
import {
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
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { FileStorage, Storage } from '../../src/storage/contract/storage.ts'
import { isFileStorage, openStorage } from '../../src/storage/open-storage.ts'
import { incidents, type Outcome } from './process.ts'
import { seededDatabase, sharedFile } from './shared-files.ts'

/** How many records the seed has. */
export const SEED_SIZE = (['sources', 'actors', 'places', 'incidents', 'tolls'] as const)
  .map((kind) => readSeed()[kind].length)
  .reduce((sum, length) => sum + length)

/** The files of UCDP GED in tests/fixtures. */
export const ucdpFile = (country: 'iraq' | 'bangladesh') =>
  fileURLToPath(new URL(`../fixtures/ucdp-ged-${country}.csv.gz`, import.meta.url))

/** The seed with UCDP GED of Iraq, and of Bangladesh too where that is wanted. Tests work on copies. */
export const ucdpDatabase = (
  ...countries: readonly ['iraq'] | readonly ['iraq', 'bangladesh']
): Promise<string> =>
  sharedFile(`ucdp-${countries.join('-')}.db`, async (path) => {
    const [start, missing] =
      countries.length === 1
        ? [await seededDatabase(), 'iraq' as const]
        : [await ucdpDatabase('iraq'), countries[1]]
    copyFileSync(start, path)
    const { code, stderr } = await run(`import ${ucdpFile(missing)}`, path)
    if (code !== 0) throw new Error(stderr)
  })

/** Database files of one test file, in a folder that is gone afterwards. */
export class DatabaseFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
  /** A database with the seed, before any test. */
  seeded = ''

  constructor() {
    beforeAll(async () => {
      this.seeded = await seededDatabase()
    })
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }))
  }

  /** A new folder of its own. */
  newFolder(): string {
    return mkdtempSync(join(this.folder, 'case-'))
  }

  /** A path in a new folder of its own. */
  newPath(): string {
    return join(this.newFolder(), 'incidents.db')
  }

  /** A copy of a database, which is the seeded one unless another is given, in a new folder of its own. */
  copy(of = this.seeded): string {
    const path = this.newPath()
    copyFileSync(of, path)
    return path
  }
}

/** Executes SQL on a database file, past every rule of the service. */
export function tamper(path: string, sql: string): void {
  const database = new Database(path)
  database.pragma('foreign_keys = OFF')
  database.unsafeMode().exec(sql)
  database.close()
}

/** Overwrites part of a file with rubbish. */
export function damage(path: string, from: number, to: number): void {
  writeFileSync(path, readFileSync(path).fill(0xab, from, to))
}

/** Opens a database file, uses it and closes it. */
export async function using<T>(
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

/** A digest of the schema and of every row of a database file. */
export function contentOf(path: string): string {
  const database = new Database(path, { readonly: true })
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

/** The names in the folder of a path, and a digest of the file at it. */
export function traceOf(path: string): unknown {
  const folder = join(path, '..')
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return null
  const isFile = existsSync(path) && statSync(path).isFile()
  const digest = isFile && createHash('sha256').update(readFileSync(path)).digest('hex')
  return { names: readdirSync(folder, { recursive: true }), digest }
}

/** Asserts that a command failed with one line that tells the cause and nothing else. */
export function expectOneLine({ code, stdout, stderr }: Outcome, cause: RegExp): void {
  expect(stderr).toMatch(cause)
  expect(stderr).toMatch(/^incidents: [^\n]+\n$/)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
}

/** Runs a command on a database file, as another user where one is given. */
export const run = (command: string, path: string, uid?: number) =>
  incidents(command.split(' '), {
    env: { DATABASE_URL: `sqlite:${path}`, LOG_LEVEL: 'silent', PORT: '0' },
    ...(uid !== undefined && { uid }),
  })

/** What the service answers on a database file. */
export async function answers<T>(path: string, url: string): Promise<T> {
  return using(path, async (storage) => {
    const app = await buildApp({ stores: storage })
    const { body } = await app.inject(encodeURI(url))
    return JSON.parse(body)
  })
}

/** Everything that is wrong with a database: its file, if it is one, and its records. */
export async function findProblems(storage: Storage): Promise<string[]> {
  const inFile = isFileStorage(storage) ? await storage.checkFile() : []
  const problems = inFile.length > 0 ? inFile : await storage.check()
  return problems.map(({ message }) => message)
}
