import { existsSync, mkdtempSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { readSeed } from '../../src/seed/seed.ts'
import { openStorage } from '../../src/storage/open-storage.ts'

/** A file that all test files share, in a folder that is gone after the run; the first to need it makes it. */
export async function sharedFile(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(inject('sharedFolder'), name)
  if (existsSync(path)) return path
  const folder = mkdtempSync(join(inject('sharedFolder'), 'made-'))
  await make(join(folder, name))
  renameSync(join(folder, name), path)
  return path
}

/** A database with the seed, which `serve` still has to verify. Tests work on copies. */
export const seededDatabase = () =>
  sharedFile('seeded.db', async (path) => {
    const storage = openStorage(`sqlite:${path}`)
    await storage.migrate()
    await storage.load(readSeed())
    await storage.close()
  })
