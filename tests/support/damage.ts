import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { DatabaseFiles, run } from './database.ts'
import { type Outcome, runIncidents, type Server, startServer } from './process.ts'
import { readServerState, type ServerState } from './served.ts'
import { createSeededDatabase, shareFile } from './shared-files.ts'
import { changeCells, renderUcdpCsv, UCDP_ROWS } from './ucdp.ts'

/** The rows that the database of a `ServedDatabase` has at first. */
export const STORED_ROWS = UCDP_ROWS.slice(0, 50)

/** Returns ten of these rows with another dyad, which shows whether they were imported; the first is on line 2. */
export function renameDyads(name: string): string[][] {
  return STORED_ROWS.slice(0, 10).map((row) => changeCells(row, { dyad_name: name }))
}

/** Creates a database with the seed and these rows. */
const heldDatabase = () =>
  shareFile('held.db', async (path) => {
    copyFileSync(await createSeededDatabase(), path)
    const file = `${path}.csv`
    writeFileSync(file, renderUcdpCsv(STORED_ROWS))
    const { code, stderr } = await run(`import ${file}`, path)
    if (code !== 0) throw new Error(stderr)
  })

/** A database with rows of the real file, and a server that reads it while files are imported. */
export class ServedDatabase {
  readonly files = new DatabaseFiles()
  readonly path = this.files.newPath()
  /** The environment of commands that use it. */
  readonly env = { DATABASE_URL: `sqlite:${this.path}` }
  #server: Server | undefined

  constructor() {
    beforeAll(async () => {
      copyFileSync(await heldDatabase(), this.path)
      this.#server = await startServer({ ...this.env, RATE_LIMIT: 'off' })
    })
    afterAll(async () => {
      this.#server?.process.kill('SIGTERM')
      await this.#server?.ended
    })
  }

  /** Writes a file in a new folder. */
  writeFile(name: string, content: Buffer | string): string {
    const path = join(this.files.newFolder(), name)
    writeFileSync(path, content)
    return path
  }

  /** Runs a command on the database. */
  run(...args: string[]): Promise<Outcome> {
    return runIncidents(args, { env: this.env })
  }

  /** Reads everything that the server returns now. */
  readState(): Promise<ServerState> {
    return readServerState(this.#server?.origin ?? '')
  }
}

/** Replaces the only `@` of a text by a byte. */
export function replaceWithByte(text: string, byte: number): Buffer {
  const bytes = Buffer.from(text)
  bytes[bytes.indexOf('@')] = byte
  return bytes
}

/** Asserts that a command wrote no stack trace and no internals of Node. */
export function expectNoStack({ stdout, stderr }: Outcome): void {
  expect(stdout + stderr).not.toMatch(/^\s+at |Node\.js v|node:|file:\/\//m)
}

/** Parses the lines of a report. */
export function readReport(path: string): unknown[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  expect(lines.pop(), 'the last line ends').toBe('')
  return lines.map((line) => JSON.parse(line))
}
