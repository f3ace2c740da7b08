#!/usr/bin/env node
import { Command } from 'commander'
import { OperatorError } from '../errors.ts'
import { RELEASE } from '../release.ts'
import { backupCommand } from './backup.ts'
import { checkCommand } from './check.ts'
import { configCommand } from './config.ts'
import { exportCommand } from './export.ts'
import { gazetteerCommand } from './gazetteer.ts'
import { importCommand } from './import.ts'
import { linkCommand } from './link.ts'
import { migrateCommand } from './migrate.ts'
import { openapiCommand } from './openapi.ts'
import { seedCommand } from './seed.ts'
import { serveCommand } from './serve.ts'

/** What the exit codes of every command mean. */
const EXIT_CODES = `
Exit codes:
  0  done
  1  the command failed, or \`check\` found something wrong; the cause is on standard error
  2  the command line is wrong`

const program = new Command('incidents')
  .description('Serves and looks after a database of conflict-incident records.')
  .version(RELEASE)
  .addHelpText('after', `${EXIT_CODES}\n\nSettings come from the environment: see \`incidents config\`.`)
  .showHelpAfterError('(add --help for what is possible)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

for (const command of [
  serveCommand,
  migrateCommand,
  seedCommand,
  importCommand,
  exportCommand,
  gazetteerCommand,
  linkCommand,
  checkCommand,
  backupCommand,
  configCommand,
  openapiCommand,
]) {
  program.addCommand(command)
  for (const each of [command, ...command.commands])
    each.copyInheritedSettings(program).addHelpText('after', EXIT_CODES)
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  // The cause in one line; a stack would tell an operator nothing.
  console.error(`incidents: ${error.message}`)
  process.exit(1)
}
