import { Command } from 'commander'
import { withStorage } from './storage.ts'

/** `incidents migrate` */
export const migrateCommand = new Command('migrate')
  .description('Brings the database up to date, all or nothing. A missing database is created.')
  .action(() =>
    withStorage(async (storage) => {
      const applied = await storage.migrate()
      console.log(
        applied.length > 0
          ? `Applied: ${applied.join(', ')}`
          : 'Nothing to apply: the database is up to date',
      )
    }),
  )
