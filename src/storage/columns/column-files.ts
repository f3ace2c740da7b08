import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SCHEMA_DIGEST } from './column-schema.ts'

/** Files that are kept: readers may still need that of the state before an import. */
const MAX_FILES = 3
/** How long after its last write a file that was not finished is taken for abandoned, in milliseconds. */
const ABANDONED_MS = 600_000

const SUFFIX = `-${SCHEMA_DIGEST}.duckdb`

/** Where the files of a column store are. */
export interface ColumnFolders {
  /** The folder that files are written to; created with the first of them. */
  folder: string
  /** A folder that may have files too and cannot be written. */
  readOnlyFolder?: string
}

/**
 * The files of the column store, one for each state of the data and never changed. They follow from the records, and may
 * be deleted at any time.
 */
export class ColumnFiles {
  readonly folder: string
  readonly #readOnlyFolder: string | undefined
  /** States whose files in the other folder are damaged. */
  readonly #damaged = new Set<string>()

  constructor({ folder, readOnlyFolder }: ColumnFolders) {
    this.folder = folder
    this.#readOnlyFolder = readOnlyFolder
  }

  /** The path of the file of a state. */
  pathOf(state: string): string {
    const [name, other] = [state + SUFFIX, this.#readOnlyFolder]
    if (other !== undefined && !this.#damaged.has(state) && existsSync(join(other, name)))
      return join(other, name)
    return join(this.folder, name)
  }

  has(state: string): boolean {
    return existsSync(this.pathOf(state))
  }

  /** The states that there are files of. */
  states(): string[] {
    return this.#names()
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
  }

  /** Creates the folder; the path of a new file in it. */
  newPart(state: string): string {
    mkdirSync(this.folder, { recursive: true })
    return join(this.folder, `${state}-${randomUUID()}.part`)
  }

  /** Removes all but the files written last, and what was not finished; who has a file open can read on. */
  removeOld(): void {
    const files = this.#names().flatMap((name) => {
      const path = join(this.folder, name)
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats ? [{ path, writtenAt: stats.mtimeMs, isPart: name.includes('.part') }] : []
    })
    const old = files
      .filter(({ isPart }) => !isPart)
      .sort((a, b) => b.writtenAt - a.writtenAt)
      .slice(MAX_FILES)
    const abandoned = files.filter((file) => file.isPart && Date.now() - file.writtenAt > ABANDONED_MS)
    for (const { path } of [...old, ...abandoned]) {
      try {
        rmSync(path, { force: true })
      } catch {
        // Windows deletes no file that is open: the next change does.
      }
    }
  }

  /** Removes the file of a state that is damaged. */
  remove(state: string): void {
    this.#damaged.add(state)
    rmSync(join(this.folder, state + SUFFIX), { force: true })
  }

  #names(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder) : []
  }
}
