import { readSeed } from '../seed/seed.ts'
import type { LoadReport, Storage } from '../storage/contract/storage.ts'
import { openConfiguredStorage } from '../storage/open-storage.ts'
import { readSettings } from './settings.ts'

/**
 * Runs work on the configured database and closes it in any case.
 * @throws OperatorError when it cannot be used, or must exist and does not
 */
export async function withStorage<T>(
  work: (storage: Storage) => Promise<T>,
  options: { mustExist?: boolean } = {},
): Promise<T> {
  const storage = openConfiguredStorage(readSettings(), options)
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}

/** Runs work as {@link withStorage} does on a database that exists, and brings it up to date. */
export function withMigratedStorage(work: (storage: Storage) => Promise<void>): Promise<void> {
  return withStorage(
    async (storage) => {
      await storage.migrate()
      await work(storage)
    },
    { mustExist: true },
  )
}

/** Runs work as {@link withStorage} does on a database that is up to date and has the seed, whose gazetteer imports need. */
export function withSeededStorage<T>(
  work: (storage: Storage, seeding: LoadReport) => Promise<T>,
): Promise<T> {
  return withStorage(async (storage) => {
    await storage.migrate()
    return work(storage, await storage.load(readSeed()))
  })
}
