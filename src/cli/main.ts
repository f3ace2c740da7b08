#!/usr/bin/env node
import module from 'node:module'
import { Command } from 'commander'
import { OperatorError } from '../errors.ts'
import { RELEASE } from '../release.ts'

/** What the exit codes of every command mean. */
const EXIT_CODES = `
Exit codes:
  0  done
  1  the command failed, or \`check\` found something wrong; the cause is on standard error
  2  the command line is wrong`

/** Every command; each loads what it needs when it is the one that was asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  seed: async () => (await import('./seed.ts')).seedCommand,
  import: async () => (await import('./import.ts')).importCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  gazetteer: async () => (await import('./gazetteer.ts')).gazetteerCommand,
  link: async () => (await import('./link.ts')).linkCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  rebuild: async () => (await import('./rebuild.ts')).rebuildCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  config: async () => (await import('./config.ts')).configCommand,
  openapi: async () => (await import('./openapi.ts')).openapiCommand,
}

// From Node 22.1 on, what V8 has compiled is kept for the next start; the commands below are loaded after this.
;(module as { enableCompileCache?: () => unknown }).enableCompileCache?.()

const program = new Command('incidents')
  .description('Serves and looks after a database of conflict-incident records.')
  .version(RELEASE)
  .addHelpText('after', `${EXIT_CODES}\n\nSettings come from the environment: see \`incidents config\`.`)
  .showHelpAfterError('(add --help for what is possible)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

// Help and slips concern all of them.
const asked = process.argv[2] ?? ''
const loads = Object.entries(COMMANDS).filter(([name]) => name === asked || !Object.hasOwn(COMMANDS, asked))
for (const [, load] of loads) {
  const command = await load()
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
