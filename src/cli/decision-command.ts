import { Command } from 'commander'
import type { Storage } from '../storage/contract/storage.ts'
import { textOf } from './arguments.ts'
import { withMigratedStorage } from './storage.ts'

/** Makes subcommands that decide about a pair, each for one status. */
export function decisionCommands<Status extends string>(
  args: readonly [one: string, other: string],
  decide: (
    storage: Storage,
    change: { ids: readonly [string, string]; status: Status; decidedBy: string | null; note: string | null },
  ) => Promise<boolean>,
): (name: string, status: Status, description: string) => Command {
  return (name, status, description) =>
    new Command(name)
      .description(`${description} The decision is recorded, and can be taken back.`)
      .argument('<id>', args[0])
      .argument('<id>', args[1])
      .option('--by <name>', 'who decides', textOf(200))
      .option('--note <text>', 'why', textOf(2000))
      .action(
        (
          one: string,
          other: string,
          { by = null, note = null }: { by?: string | null; note?: string | null },
        ) =>
          withMigratedStorage(async (storage) => {
            const isChanged = await decide(storage, { ids: [one, other], status, decidedBy: by, note })
            console.log(`${one} and ${other}: ${isChanged ? status : `${status} already, nothing changed`}`)
          }),
      )
}
