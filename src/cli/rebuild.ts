import { Command } from 'commander'
import { ImportProgress } from './import-progress.ts'
import { withStorage } from './storage.ts'

/** `incidents rebuild` */
export const rebuildCommand = new Command('rebuild')
  .description(
    'Derives columns, names, full text and sums of all records again from their documents, all or nothing: the remedy when `incidents check` finds that they differ. Keys and documents stay.',
  )
  .action(() =>
    withStorage(
      async (storage) => {
        await storage.migrate()
        const progress = new ImportProgress('rebuild')
        const records = await storage
          .rebuild((done, total) => progress.show({ rows: done, bytes: done, totalBytes: total }))
          .finally(() => progress.end())
        console.log(`Rebuilt all that follows from the documents of ${records} records`)
      },
      { mustExist: true },
    ),
  )
