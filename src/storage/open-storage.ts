import type { Config, DATABASE_SCHEMES } from '../config.ts'
import type { FileStorage, OpenOptions, RestoreOptions, RestoreReport, Storage } from './contract/storage.ts'
import { openSqlite } from './sqlite/storage.ts'

type Scheme = (typeof DATABASE_SCHEMES)[number]

/** The engines, by the scheme of the URLs that they open. */
const ENGINES: Readonly<Record<Scheme, (url: string, options: OpenOptions) => Storage>> = {
  sqlite: openSqlite,
}

/**
 * Opens the database that a `DATABASE_URL` names, such as `sqlite:data/incidents.db`, with the engine of its scheme. A
 * missing file is created, empty until `migrate()`.
 * @throws OperatorError when the database is damaged, another application's, locked or read-only; it is left as it was
 */
export function openStorage(url: string, options: OpenOptions = {}): Storage {
  return ENGINES[url.split(':', 1)[0] as Scheme](url, options)
}

/** Opens the database of the settings in the same way, within their limits. */
export function openConfiguredStorage(
  { DATABASE_URL, SUMS_MEMORY, SUMS_THREADS }: Pick<Config, 'DATABASE_URL' | 'SUMS_MEMORY' | 'SUMS_THREADS'>,
  options: Omit<OpenOptions, 'sums'> = {},
): Storage {
  return openStorage(DATABASE_URL, { ...options, sums: { memory: SUMS_MEMORY, threads: SUMS_THREADS } })
}

/**
 * Replaces the database that a `DATABASE_URL` names by a backup, all or nothing.
 * @throws OperatorError when the backup is not sound, or the database is in use
 */
export async function restoreStorage(
  url: string,
  file: string,
  options?: RestoreOptions,
): Promise<RestoreReport> {
  const { restoreSqlite } = await import('./sqlite/restore.ts')
  return restoreSqlite(url, file, options)
}

/** True for a database that is a file, which can be backed up and checked as such. */
export function isFileStorage(storage: Storage): storage is FileStorage {
  return 'backup' in storage
}
