import { readConfig } from '../config.ts'
import { openSqlite } from '../storage/sqlite/storage.ts'
import type { Storage } from '../storage/storage.ts'

/**
 * Does work on the configured database and closes it, whatever happens.
 * @throws OperatorError when it cannot be used, or must exist and does not
 */
export async function withStorage<T>(
  work: (storage: Storage) => Promise<T>,
  options: { mustExist?: boolean } = {},
): Promise<T> {
  const storage = openSqlite(readConfig(process.env).DATABASE_URL, options)
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}
