import { Command } from 'commander'
import { isFileStorage } from '../storage/open-storage.ts'
import { withStorage } from './storage.ts'

/** `incidents check` */
export const checkCommand = new Command('check')
  .description(
    'Checks the integrity of the database file and of every record; prints each problem on a line.',
  )
  .action(() =>
    withStorage(
      async (storage) => {
        // In a damaged file, checking the records would report nonsense.
        const inFile = isFileStorage(storage) ? await storage.checkFile() : []
        const problems = inFile.length > 0 ? inFile : await storage.check()
        for (const { message } of problems) console.error(message)
        console.log(problems.length > 0 ? `${problems.length} problems` : 'Everything is sound')
        if (problems.some(({ isDerived }) => isDerived))
          console.log('Derived data differ from the documents: `incidents rebuild` derives them again')
        if (problems.length > 0) process.exitCode = 1
      },
      { mustExist: true },
    ),
  )
