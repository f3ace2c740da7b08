import { Command, Option } from 'commander'
import { OperatorError } from '../errors.ts'
import { LINK_STATUSES, type LinkStatus } from '../links/link.schema.ts'
import { RULES } from '../links/scoring/rules.ts'
import type { Storage } from '../storage/contract/storage.ts'
import { suggest } from '../text/suggest.ts'
import { numberOf } from './arguments.ts'
import { decisionCommands } from './decision-command.ts'
import { ImportProgress } from './import-progress.ts'
import { componentLines, decisionLines, lineOf, suggestSummary } from './link-report.ts'
import { withMigratedStorage } from './storage.ts'

/** @throws OperatorError that suggests the nearest */
async function requireDatasets(storage: Storage, ids: readonly string[]): Promise<void> {
  const known = await storage.datasets.ids()
  for (const id of ids) {
    if (known.includes(id)) continue
    const [near] = suggest(id, known)
    throw new OperatorError(
      `There is no data set ${id}: ${near ? `did you mean ${near}?` : `there are ${known.join(', ')}`}`,
    )
  }
}

interface SuggestOptions {
  dataset?: string[]
  days: number
  minScore: number
  dryRun: boolean
}

const suggestCommand = new Command('suggest')
  .description(
    'Compares records of different data sets that are near in time and place, and suggests those that may describe the same event, all or nothing. Again it changes nothing: suggestions follow the records, decisions stay.',
  )
  .option(
    '--dataset <id...>',
    'links of one data set with all others, or between several (all when left out)',
  )
  .option('--days <n>', 'whole days between the dates, at most', numberOf(0, 30, 'whole'), RULES.days.value)
  .option('--min-score <score>', 'the least score, 0 to 1', numberOf(0, 1, 'any'), RULES.min_score.value)
  .option('--dry-run', 'tell what would happen and change nothing', false)
  .action(({ dataset = [], days, minScore, dryRun }: SuggestOptions) =>
    withMigratedStorage(async (storage) => {
      await requireDatasets(storage, dataset)
      const progress = new ImportProgress('link suggest')
      const report = await storage
        .suggestLinks({
          datasets: [...new Set(dataset)],
          days,
          minScore,
          dryRun,
          onProgress: (done, total) => progress.show({ rows: done, bytes: done, totalBytes: total }),
        })
        .finally(() => progress.end())
      console.log(suggestSummary(report, dryRun))
    }),
  )

interface ListOptions {
  status?: LinkStatus
  dataset?: string
  limit: number
}

const listCommand = new Command('list')
  .description('Lists links, best first: score and the two records.')
  .addOption(new Option('--status <status>', 'only links of this status').choices(LINK_STATUSES))
  .option('--dataset <id>', 'only links of records of this data set')
  .option('--limit <n>', 'maximum number of links', numberOf(1, 100_000, 'whole'), 50)
  .action(({ status, dataset, limit }: ListOptions) =>
    withMigratedStorage(async (storage) => {
      await requireDatasets(storage, dataset ? [dataset] : [])
      const filter = { ...(status && { status: [status] }), ...(dataset && { dataset }) }
      const links = await storage.links.list(filter, limit)
      for (const link of links) console.log(`${link.status.padEnd(9)}  ${lineOf(link)}`)
      const total = await storage.links.count(filter)
      const shown = total > links.length ? `${links.length} of ${total} links` : `${total} links`
      console.error(total === 1 ? '1 link' : shown)
    }),
  )

const showCommand = new Command('show')
  .description('Shows what the score of two records is made of, and every decision about them.')
  .argument('<id>', 'an incident')
  .argument('<id>', 'an incident of another data set')
  .action((one: string, other: string) =>
    withMigratedStorage(async (storage) => {
      const now = await storage.links.scorePair(one, other)
      const link = await storage.links.get(one, other)
      const { score, components } = link ?? now
      console.log(
        [
          `${one} and ${other}: ${link?.status ?? 'no link'}, score ${score.toFixed(2)}`,
          ...componentLines(components),
          ...(link && score !== now.score
            ? [`  by the records as they are now: ${now.score.toFixed(2)}`]
            : []),
          ...(link ? decisionLines(link) : []),
        ].join('\n'),
      )
    }),
  )

const decisionCommand = decisionCommands<LinkStatus>(
  ['an incident', 'an incident of another data set'],
  (storage, change) => storage.decideLink(change),
)

/** `incidents link …` */
export const linkCommand = new Command('link')
  .description('Manages links between records of different data sets that describe the same event.')
  .addCommand(suggestCommand)
  .addCommand(listCommand)
  .addCommand(showCommand)
  .addCommand(
    decisionCommand(
      'accept',
      'accepted',
      'Decides that two records describe the same event: each names the other in same_as.',
    ),
  )
  .addCommand(
    decisionCommand('reject', 'rejected', 'Decides that two records do not describe the same event.'),
  )
  .addCommand(
    decisionCommand('reset', 'suggested', 'Takes a decision back: the link is suggested as before.'),
  )
