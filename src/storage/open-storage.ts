import { OperatorError } from '../errors.ts'
import type { FileStorage, OpenOptions, Storage } from './contract/storage.ts'
import { openSqlite } from './sqlite/storage.ts'

/** The engines, by the scheme of the URLs that they open. */
const ENGINES: Readonly<Record<string, (url: string, options: OpenOptions) => Storage>> = {
  sqlite: openSqlite,
}

/**
 * Opens the database that a URL names, such as `sqlite:data/incidents.db`, with the engine of its scheme. A missing
 * file is created, empty until `migrate()`.
 * @throws OperatorError for a scheme without an engine, and when the database is damaged, another application's,
 *   locked or read-only; it is left as it was
 */
export function openStorage(url: string, options: OpenOptions = {}): Storage {
  const [scheme = ''] = url.split(':', 1)
  const open = Object.hasOwn(ENGINES, scheme) ? ENGINES[scheme] : undefined
  if (open) return open(url, options)
  const schemes = Object.keys(ENGINES).map((name) => `${name}:`)
  throw new OperatorError(
    `DATABASE_URL must begin with ${schemes.join(' or ')} (such as sqlite:data/incidents.db)`,
  )
}

/** True for a database that is a file, which can be backed up and checked as such. */
export function isFileStorage(storage: Storage): storage is FileStorage {
  return 'backup' in storage
}
