import { Command } from 'commander'
import type {
  ActorDetail,
  ActorIdentity,
  IdentityDecision,
  IdentityStatus,
} from '../actors/identity.schema.ts'
import { OperatorError } from '../errors.ts'
import { parse } from '../records.ts'
import type { Storage } from '../storage/contract/storage.ts'
import { numberOf } from './arguments.ts'
import { decisionCommands } from './decision-command.ts'
import { withMigratedStorage } from './storage.ts'

const listCommand = new Command('list')
  .description('Lists the identities of several actors, those with the most records first.')
  .option('--decisions', 'list every decision instead, the first one first', false)
  .option('--limit <n>', 'maximum number of identities', numberOf(1, 100_000, 'whole'), 50)
  .action(({ decisions, limit }: { decisions: boolean; limit: number }) =>
    withMigratedStorage(async ({ actors }) => {
      if (decisions) {
        const all = await actors.decisions()
        for (const decision of all) console.log(decisionLine(decision))
        console.error(all.length === 1 ? '1 decision' : `${all.length} decisions`)
        return
      }
      const identities = (await actors.listIdentities(limit)).map(parse)
      for (const { id, name, members, incidents } of identities)
        console.log(`${id}  ${name}: ${members.length} actors, ${incidents} records`)
      const total = await actors.countIdentities()
      const shown =
        total > identities.length ? `${identities.length} of ${total} identities` : `${total} identities`
      console.error(total === 1 ? '1 identity' : shown)
    }),
  )

const showCommand = new Command('show')
  .description('Shows which actors are the same, by what evidence, and every decision about them.')
  .argument('<id or name>', 'an actor or identity')
  .action((text: string) =>
    withMigratedStorage(async (storage) => {
      const found = await findShown(storage, text)
      for (const shown of found) {
        const members = 'members' in shown ? shown.members : [shown, ...shown.same_as]
        console.log(
          `${shown.id}: ${shown.name}, ${'members' in shown ? shown.incidents : (shown.identity?.incidents ?? shown.incidents)} records`,
        )
        for (const { id, dataset, name, incidents, evidence } of members)
          console.log(
            [`  ${id}  ${dataset} "${name}", ${incidents} records`, ...evidence.map(evidenceLine)].join('\n'),
          )
        const ids = new Set([shown.id, ...members.map(({ id }) => id)])
        const decisions = await storage.actors.decisions()
        for (const decision of decisions.filter(({ a_id, b_id }) => ids.has(a_id) || ids.has(b_id)))
          console.log(`  ${decisionLine(decision)}`)
      }
    }),
  )

/** @throws OperatorError that suggests the nearest */
async function findShown({ actors }: Storage, text: string): Promise<(ActorDetail | ActorIdentity)[]> {
  const known = await actors.get(text)
  if (known) return [parse(known)]
  const scopes = await actors.resolve(text)
  const ids = scopes.map((scope) => ('id' in scope ? scope.id : scope.identity))
  const found = await Promise.all(ids.map((id) => actors.get(id)))
  if (found.length > 0) return found.flatMap((one) => (one ? [parse(one)] : []))
  const { alike } = await actors.findRelated(text, scopes)
  const [near = alike[0]?.name] = await actors.nearestIds(text)
  throw new OperatorError(`There is no actor ${text}${near ? `: did you mean ${near}?` : ''}`)
}

function evidenceLine(evidence: ActorDetail['evidence'][number]): string {
  const { rule, name, source, decided_at, decided_by, note } = evidence
  const parts = [
    `    ${rule} with ${evidence.with}`,
    name && `by the name "${name}"`,
    source && `(${source})`,
    decided_at,
    decided_by && `by ${decided_by}`,
    note && `(${note})`,
  ]
  return parts.filter(Boolean).join(' ')
}

function decisionLine({ a_id, b_id, status, decided_at, decided_by, note }: IdentityDecision): string {
  return [
    `${decided_at}  ${a_id} and ${b_id}: ${status}`,
    decided_by && `by ${decided_by}`,
    note && `(${note})`,
  ]
    .filter(Boolean)
    .join(' ')
}

const decisionCommand = decisionCommands<IdentityStatus>(
  ['an actor, by id or as <data set>:<name>', 'another one, or an identity of the curated table'],
  (storage, change) => storage.decideIdentity(change),
)

/** `incidents actor …` */
export const actorCommand = new Command('actor')
  .description('Manages which actors of different data sets are the same.')
  .addCommand(listCommand)
  .addCommand(showCommand)
  .addCommand(
    decisionCommand(
      'join',
      'joined',
      'Decides that two actors are the same: filters and sums treat them as one.',
    ),
  )
  .addCommand(
    decisionCommand('part', 'parted', 'Decides that two actors are not the same: no rule joins them again.'),
  )
  .addCommand(
    decisionCommand('reset', 'undecided', 'Takes a decision back: the two are joined by the rules, or not.'),
  )
