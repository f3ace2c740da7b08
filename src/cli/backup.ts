import { Command } from 'commander'
import { OperatorError } from '../errors.ts'
import { isFileStorage } from '../storage/open-storage.ts'
import { withStorage } from './storage.ts'

/** `incidents backup FILE` */
export const backupCommand = new Command('backup')
  .description('Copies the database to a new file while it is in use.')
  .argument('<file>', 'the file to write; it must not exist yet')
  .action((file: string) =>
    withStorage(
      async (storage) => {
        if (!isFileStorage(storage))
          throw new OperatorError('Only a database that is a file can be copied: use the tools of its server')
        await storage.backup(file, (done, total) => {
          if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} pages`)
        })
        if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
        console.log(`Copied to ${file}`)
      },
      { mustExist: true },
    ),
  )
