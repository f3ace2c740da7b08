import { Command } from 'commander'
import { readSeed } from '../seed/seed.ts'
import { withStorage } from './storage.ts'

/** `incidents seed` */
export const seedCommand = new Command('seed')
  .description(
    'Brings the database up to date and loads the seed, all or nothing. Loading it again changes nothing.',
  )
  .action(() =>
    withStorage(async (storage) => {
      await storage.migrate()
      const { added, updated, unchanged, removed } = await storage.load(readSeed())
      console.log(`Records added ${added}, updated ${updated}, unchanged ${unchanged}, removed ${removed}`)
    }),
  )
