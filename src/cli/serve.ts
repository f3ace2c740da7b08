import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { serve } from '../server.ts'

/** `incidents serve` */
export const serveCommand = new Command('serve')
  .description('Brings the database up to date, loads the seed and serves the API until SIGTERM or SIGINT.')
  .action(() => serve(readConfig(process.env)))
