import { Command } from 'commander'
import { withSeededStorage } from './storage.ts'

/** `incidents seed` */
export const seedCommand = new Command('seed')
  .description(
    'Brings the database up to date and loads the seed, all or nothing. Loading it again changes nothing.',
  )
  .action(() =>
    withSeededStorage(async (_, { added, updated, unchanged, removed }) => {
      console.log(`Records added ${added}, updated ${updated}, unchanged ${unchanged}, removed ${removed}`)
    }),
  )
