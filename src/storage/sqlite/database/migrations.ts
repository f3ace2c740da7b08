import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { OperatorError } from '../../../errors.ts'
import type { Connection } from './connection.ts'

/** SQL of the id of another state of the data. */
export const NEW_STATE = 'lower(hex(randomblob(16)))'

/** A forward-only step of the schema: `NNNN_name.sql`. */
interface Migration {
  name: string
  script: string
  checksum: string
}

const FOLDER = new URL('../../../../migrations/sqlite/', import.meta.url)

/** The steps that this release knows, in order. */
export function knownMigrations(folder: URL = FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_\w+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const script = readFileSync(new URL(file, folder), 'utf8')
      return {
        name: file.replace('.sql', ''),
        script,
        checksum: createHash('sha256').update(script).digest('hex'),
      }
    })
}

/** Whether the database has some of the steps and not all. */
export function needsUpgrade(connection: Connection, known: readonly Migration[]): boolean {
  return isUpgrade(pendingMigrations(connection, known), known)
}

function isUpgrade(missing: readonly Migration[], known: readonly Migration[]): boolean {
  return missing.length > 0 && missing.length < known.length
}

/**
 * Applies the steps that the database does not have yet, in one transaction; their names.
 * @param finish ends the upgrade of a database that had some, in the same transaction
 * @throws OperatorError when the database has a step that this release does not know, or knows otherwise
 */
export function migrate(
  connection: Connection,
  at: Date,
  known: readonly Migration[] = knownMigrations(),
  finish: () => void = () => {},
): string[] {
  if (pendingMigrations(connection, known).length === 0) return []
  return connection.transaction(() => {
    // Read again: another process may have been first.
    const missing = pendingMigrations(connection, known)
    if (missing.length === known.length) connection.execute(HISTORY)
    for (const { name, script, checksum } of missing) {
      connection.execute(script)
      connection.run(
        'INSERT INTO migrations (name, checksum, applied_at) VALUES (?, ?, ?)',
        name,
        checksum,
        at.toISOString(),
      )
    }
    connection.run(
      `INSERT INTO store (only, database_id, cursor_secret, revision, revised_at, state) VALUES (1, ?, ?, 0, ?, ${NEW_STATE})
       ON CONFLICT DO NOTHING`,
      randomUUID(),
      randomBytes(32).toString('base64url'),
      at.toISOString(),
    )
    if (isUpgrade(missing, known)) finish()
    return missing.map(({ name }) => name)
  })
}

const HISTORY =
  'CREATE TABLE migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT'

/**
 * The steps that the database does not have yet.
 * @throws OperatorError when it has a step that this release does not know, or knows otherwise
 */
export function pendingMigrations(connection: Connection, known: readonly Migration[]): Migration[] {
  const applied = appliedMigrations(connection)
  for (const [index, { name, checksum }] of applied.entries()) {
    const migration = known[index]
    if (migration?.name !== name) {
      throw new OperatorError(
        `The database has the migration ${name}, which this release does not know: it was written by a newer release. Use that release, or restore a backup`,
      )
    }
    if (migration.checksum !== checksum) {
      throw new OperatorError(
        `The migration ${name} differs from the one that the database was built with: restore the file migrations/sqlite/${name}.sql as released`,
      )
    }
  }
  return known.slice(applied.length)
}

function appliedMigrations(connection: Connection): { name: string; checksum: string }[] {
  const exists = connection.get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'`)
  return exists ? connection.all('SELECT name, checksum FROM migrations ORDER BY name') : []
}
