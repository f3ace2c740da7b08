#!/usr/bin/env node
import module from 'node:module'
import { Command } from 'commander'
import { OperatorError, ServiceError } from '../errors.ts'
import { RELEASE } from '../release.ts'

/** The part of every help text about exit codes. */
const EXIT_CODES = `
Exit codes:
  0  done
  1  the command failed, or \`check\` found a problem; the cause is on standard error
  2  the command line is wrong`

/** Every command. Only the one on the command line is loaded: all take 1.1 s of processor time, `config` 0.3 s. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  seed: async () => (await import('./seed.ts')).seedCommand,
  import: async () => (await import('./import.ts')).importCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  gazetteer: async () => (await import('./gazetteer.ts')).gazetteerCommand,
  actor: async () => (await import('./actor.ts')).actorCommand,
  link: async () => (await import('./link.ts')).linkCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  rebuild: async () => (await import('./rebuild.ts')).rebuildCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  config: async () => (await import('./config.ts')).configCommand,
  openapi: async () => (await import('./openapi.ts')).openapiCommand,
}

// Node 22.1 and later keep compiled code for the next start; the commands below are loaded after this.
;(module as { enableCompileCache?: () => unknown }).enableCompileCache?.()

const program = new Command('incidents')
  .description('Serves and manages a database of conflict-incident records.')
  .version(RELEASE)
  .addHelpText('after', `${EXIT_CODES}\n\nSettings come from the environment: see \`incidents config\`.`)
  .showHelpAfterError('(add --help for what is possible)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

/** Adds the command of a name, or all of them: the help of the program and suggestions for a mistyped command need all. */
async function addCommands(wanted: string): Promise<void> {
  const loaders = Object.hasOwn(COMMANDS, wanted) ? [COMMANDS[wanted]] : Object.values(COMMANDS)
  for (const load of loaders) {
    const command = await load?.()
    if (!command) continue
    program.addCommand(command)
    for (const each of [command, ...command.commands])
      each.copyInheritedSettings(program).addHelpText('after', EXIT_CODES)
  }
}

try {
  await addCommands(process.argv[2] ?? '')
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof OperatorError || error instanceof ServiceError)) throw error
  // A stack trace would not help an operator.
  console.error(`incidents: ${error.message}`)
  process.exit(1)
}
