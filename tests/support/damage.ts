import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { DatabaseFiles, run } from './database.ts'
import { incidents, type Outcome, type Server, startServer } from './process.ts'
import { type Served, servedBy } from './served.ts'
import { seededDatabase, sharedFile } from './shared-files.ts'
import { changed, UCDP_ROWS, ucdpCsv } from './ucdp.ts'

/** The rows that a database for damage holds before any is done. */
export const HELD = UCDP_ROWS.slice(0, 50)

/** Ten of them under another title: the first is on line 2, and a file that is imported after all is noticed. */
export function rowsTitled(title: string): string[][] {
  return HELD.slice(0, 10).map((row) => changed(row, { dyad_name: title }))
}

/** The seed and these rows. */
const heldDatabase = () =>
  sharedFile('held.db', async (path) => {
    copyFileSync(await seededDatabase(), path)
    const file = `${path}.csv`
    writeFileSync(file, ucdpCsv(HELD))
    const { code, stderr } = await run(`import ${file}`, path)
    if (code !== 0) throw new Error(stderr)
  })

/** A database with rows of the real file, and a server that goes on reading it while files are imported. */
export class ServedDatabase {
  readonly files = new DatabaseFiles()
  readonly path = this.files.newPath()
  /** The environment in which commands use it. */
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

  /** Writes a file in a folder of its own. */
  file(name: string, content: Buffer | string): string {
    const path = join(this.files.newFolder(), name)
    writeFileSync(path, content)
    return path
  }

  /** Runs a command on it. */
  run(...args: string[]): Promise<Outcome> {
    return incidents(args, { env: this.env })
  }

  /** What its readers see now. */
  served(): Promise<Served> {
    return servedBy(this.#server?.origin ?? '')
  }
}

/** Puts a byte in place of the only `@` of a text. */
export function withByte(text: string, byte: number): Buffer {
  const bytes = Buffer.from(text)
  bytes[bytes.indexOf('@')] = byte
  return bytes
}

/** Asserts that a command wrote neither a stack nor anything else of the machinery. */
export function expectNoStack({ stdout, stderr }: Outcome): void {
  expect(stdout + stderr).not.toMatch(/^\s+at |Node\.js v|node:|file:\/\//m)
}

/** The lines of a report. */
export function readReport(path: string): unknown[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  expect(lines.pop(), 'the last line is whole').toBe('')
  return lines.map((line) => JSON.parse(line))
}
