import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { OperatorError } from '../errors.ts'
import { buildDocument, captureExamples } from '../openapi.ts'

/** `incidents openapi` */
export const openapiCommand = new Command('openapi')
  .description('Prints the OpenAPI document, its examples captured from the seed.')
  .option('--write <file>', 'write it to this file, and the examples to examples.json next to it')
  .action(async ({ write }: { write?: string }) => {
    const examples = await captureExamples()
    const document = await buildDocument(examples)
    if (!write) {
      process.stdout.write(document)
      return
    }
    try {
      writeFileSync(join(dirname(write), 'examples.json'), `${JSON.stringify(examples, null, 2)}\n`)
      writeFileSync(write, document)
    } catch (error) {
      throw new OperatorError(`${write} cannot be written: ${(error as Error).message}`, { cause: error })
    }
    console.log(`Written to ${write}`)
  })
