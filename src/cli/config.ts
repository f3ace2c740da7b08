import { Command } from 'commander'
import { ConfigSchema } from '../config.ts'
import { readSettings } from './settings.ts'

/** `incidents config` */
export const configCommand = new Command('config')
  .description('Prints the resolved configuration as JSON.')
  .addHelpText('after', () => {
    const lines = Object.entries(ConfigSchema.properties).map(([name, schema]) => {
      const { description, default: value } = schema as unknown as { description: string; default: unknown }
      return `  ${name.padEnd(15)} ${description} [${value}]`
    })
    return `\nEnvironment variables:\n${lines.join('\n')}`
  })
  .action(() => console.log(JSON.stringify(readSettings(), null, 2)))
