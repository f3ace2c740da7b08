import { Command } from 'commander'
import { restoreStorage } from '../storage/open-storage.ts'
import { readSettings } from './settings.ts'

/** `incidents restore FILE` */
export const restoreCommand = new Command('restore')
  .description(
    'Replaces the database by a backup, all or nothing, when no server uses it. The backup is verified first, and the old database is kept.',
  )
  .argument('<file>', 'the backup')
  .option('--force', 'replace a file that is damaged or no database', false)
  .action(async (file: string, { force }: { force: boolean }) => {
    const report = await restoreStorage(readSettings().DATABASE_URL, file, {
      force,
      onProgress(done, total) {
        if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} pages`)
      },
    })
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    const { records, revision, at, pending, kept } = report
    console.log(`Restored from ${file}: incidents ${records}, revision ${revision} of ${at}`)
    if (pending.length > 0) console.log(`To be applied by the next start: ${pending.join(', ')}`)
    if (kept !== null) console.log(`The old database is kept as ${kept}`)
  })
