import { createRequire } from 'node:module'
import type Database from 'better-sqlite3'
import { OperatorError } from '../../../errors.ts'

/**
 * better-sqlite3 13 is the first release that does not end processes of Node.js 24.19 and newer, and 12 the last for
 * Node.js 20 (docs/decisions/0030): the interface that is used here is the same.
 */
const NAME = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3'

/** A database connection of SQLite. */
export const Sqlite: typeof Database = load()

function load(): typeof Database {
  try {
    return createRequire(import.meta.url)(NAME)
  } catch (error) {
    throw new OperatorError(
      `SQLite cannot be loaded, because ${NAME} is not installed or does not fit this machine (Node.js ${process.version}, ${process.platform} ${process.arch}): run "npm rebuild ${NAME} --foreground-scripts" to see why`,
      { cause: error },
    )
  }
}
