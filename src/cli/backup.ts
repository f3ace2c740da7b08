import { Command } from 'commander'
import { withStorage } from './storage.ts'

/** `incidents backup FILE` */
export const backupCommand = new Command('backup')
  .description('Copies the database to a new file while it is in use.')
  .argument('<file>', 'the file to write; it must not exist yet')
  .action((file: string) =>
    withStorage(
      async (storage) => {
        await storage.backup(file, (done, total) => {
          if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} pages`)
        })
        if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
        console.log(`Copied to ${file}`)
      },
      { mustExist: true },
    ),
  )
