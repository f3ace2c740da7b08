import { existsSync, mkdtempSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { readSeed } from '../../src/seed/seed.ts'
import { openStorage } from '../../src/storage/open-storage.ts'

/** Returns the path of a file that all test files share, created on first use and removed after the run. */
export async function shareFile(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(inject('sharedFolder'), name)
  if (existsSync(path)) return path
  const folder = mkdtempSync(join(inject('sharedFolder'), 'made-'))
  await make(join(folder, name))
  renameSync(join(folder, name), path)
  return path
}

/** Creates a database with the seed, which `serve` still has to verify. Tests work on copies. */
export const createSeededDatabase = () =>
  shareFile('seeded.db', async (path) => {
    const storage = openStorage(`sqlite:${path}`)
    await storage.migrate()
    await storage.load(readSeed())
    await storage.close()
  })
