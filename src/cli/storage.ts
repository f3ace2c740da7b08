import { readConfig } from '../config.ts'
import { openSqlite } from '../storage/sqlite/storage.ts'
import type { Storage } from '../storage/storage.ts'

/** Does work on the configured database and closes it, whatever happens. */
export async function withStorage<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = openSqlite(readConfig(process.env).DATABASE_URL)
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}
