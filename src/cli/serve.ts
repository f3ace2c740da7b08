import { Command } from 'commander'
import { serve } from '../server.ts'
import { readSettings } from './settings.ts'

/** `incidents serve` */
export const serveCommand = new Command('serve')
  .description('Brings the database up to date, loads the seed and serves the API until SIGTERM or SIGINT.')
  .action(() => {
    const warnings: string[] = []
    return serve(
      readSettings((warning) => warnings.push(warning)),
      warnings,
    )
  })
