import { Command, Option } from 'commander'
import { OperatorError } from '../errors.ts'
import { DEFAULT_MISSING } from '../importers/contract/missing-values.ts'
import type { PlaceReport } from '../importers/contract/row-reader.ts'
import { type FileReport, importFile } from '../importers/import-file.ts'
import { KINDS } from '../importers/registry.ts'
import type { Storage } from '../storage/contract/storage.ts'
import { ImportProgress } from './import-progress.ts'
import { onErrorOption, Rejections, reportOption } from './rejections.ts'
import { withSeededStorage } from './storage.ts'

interface ImportOptions {
  dataset?: string
  name?: string
  datasetVersion?: string
  encoding?: 'utf-8' | 'windows-1252' | 'iso-8859-1'
  missing?: string[]
  onError: 'stop' | 'skip'
  replace: boolean
  dryRun: boolean
  report?: string
}

/** `incidents import FILE…` */
export const importCommand = new Command('import')
  .description(
    `Imports files of the field's data sets and our own exports (${KINDS.join(', ')}), each all or nothing; after one that fails, the others are imported. The file type is recognised from its header. The same file again changes nothing; a newer one updates what differs and reports the records that it no longer has.`,
  )
  .argument('<file...>', 'files to import, .gz and .zip too; - is standard input')
  .addOption(new Option('--dataset <kind>', 'the kind of file, instead of the header').choices(KINDS))
  .option('--name <id>', 'the id under which the data set is registered, instead of the kind')
  .option('--dataset-version <version>', 'the release of the data set, for the registry')
  .addOption(
    new Option('--encoding <encoding>', 'the encoding, instead of the one detected').choices([
      'utf-8',
      'windows-1252',
      'iso-8859-1',
    ]),
  )
  .option(
    '--missing <list>',
    `the cells that stand for no value, separated by commas, instead of ${DEFAULT_MISSING.join(',')}; an empty list for none`,
    (list: string) => list.split(',').flatMap((token) => token.trim() || []),
  )
  .addOption(onErrorOption)
  .option('--replace', 'remove the records that the file no longer has', false)
  .option('--dry-run', 'report what would happen and change nothing', false)
  .addOption(reportOption)
  .action((files: string[], options: ImportOptions) =>
    withSeededStorage(async (storage) => {
      const rejections = new Rejections(options.report)
      try {
        await importAll(storage, files, options, rejections)
      } finally {
        rejections.close()
      }
    }),
  )

/** Imports files one by one. Of several, one that fails does not keep out the others. */
async function importAll(
  storage: Storage,
  files: readonly string[],
  options: ImportOptions,
  rejections: Rejections,
): Promise<void> {
  const failed: string[] = []
  for (const path of files) {
    try {
      await importOne(storage, path, options, rejections)
    } catch (error) {
      if (!(error instanceof OperatorError) || files.length === 1) throw error
      console.error(`incidents: ${error.message}`)
      failed.push(path)
    }
  }
  if (failed.length > 0) process.exitCode = 1
  if (files.length > 1)
    console.log(
      `files ${files.length}, done ${files.length - failed.length}, failed ${failed.length}${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
    )
}

async function importOne(
  storage: Storage,
  path: string,
  { report: _, datasetVersion, dataset, name, encoding, ...rest }: ImportOptions,
  rejections: Rejections,
): Promise<void> {
  const progress = new ImportProgress(path)
  const report = await importFile(storage, {
    input: path === '-' ? { stream: process.stdin, name: 'standard input' } : { path },
    ...rest,
    ...(dataset && { kind: dataset }),
    ...(name && { name }),
    ...(datasetVersion && { version: datasetVersion }),
    ...(encoding && { encoding }),
    onRejected: (rejection) => rejections.report(rejection, (line) => progress.print(line)),
    onProgress: (state) => progress.show(state),
  }).finally(() => progress.end())
  console.log(formatReport(report))
  if (report.undone)
    throw new OperatorError(`${report.file} was not imported: the database is as it was before it`)
}

/** Names that the report lists. */
const MAX_NAMES = 10
/** Figures of the whole file that the report lists. */
const MAX_TALLY_LINES = 20

/** Formats in a line how places were matched, without those of which there are none. */
export function formatMatches(counts: Readonly<Record<string, number>>): string {
  const matches = Object.entries(counts).filter(([, count]) => count > 0)
  return matches.map(([match, count]) => `${match} ${count}`).join(', ') || 'none'
}

/** Formats the figures of the whole file next to those that are stored. */
function formatTally(tally: FileReport['tally']): string[] {
  if (tally.length === 0) return []
  const shown = tally.slice(0, MAX_TALLY_LINES)
  const more = tally.length - shown.length
  return [
    `  in the file / stored: ${shown.map(({ what, file, stored }) => `${what} ${file} / ${stored}`).join(', ')}${more > 0 ? `, and ${more} more that agree` : ''}`,
  ]
}

function formatPlaces({ matches, withoutDivision, withoutTown, notFound, areas }: PlaceReport): string[] {
  return [
    `  places: ${formatMatches(matches)}`,
    `  records without a first-level division ${withoutDivision}, without a town ${withoutTown}`,
    ...formatNames('names that the gazetteer does not have', notFound),
    ...formatNames('not countries of ISO 3166-1', areas),
  ]
}

/** Formats the most frequent names in a line; nothing where there are none. */
function formatNames(label: string, records: ReadonlyMap<string, number>): string[] {
  if (records.size === 0) return []
  const names = [...records].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const listed = names.slice(0, MAX_NAMES).map(([name, count]) => `${name} ${count}`)
  return [`  ${label} ${records.size}: ${listed.join(', ')}${names.length > MAX_NAMES ? ', …' : ''}`]
}

function formatReport(report: FileReport): string {
  const {
    file,
    datasets,
    read,
    skipped,
    added,
    updated,
    unchanged,
    removed,
    rejected,
    missing,
    linked,
    places,
    tally,
    missingValues,
    notes,
    written,
  } = report
  const tokens = [...missingValues].sort(([, a], [, b]) => b - a).map(([token, count]) => `${token} ${count}`)
  return [
    `${file}: ${datasets.map(({ name }) => name).join(', ')}${written ? '' : ' (nothing was written)'}`,
    `  rows read ${read}, added ${added}, updated ${updated}, unchanged ${unchanged}, rejected ${rejected}, skipped ${skipped} (not data)`,
    ...formatTally(tally),
    ...formatPlaces(places),
    ...notes.map((note) => `  ${note}`),
    ...(linked > 0 ? [`  same-event links accepted ${linked} that the file states`] : []),
    ...(removed > 0 ? [`  removed ${removed} that the file no longer has`] : []),
    ...(missing === null
      ? ['  records missing from the file are not known, because rows of it are rejected: nothing is removed']
      : []),
    ...(missing && missing.length > removed
      ? [
          `  missing from the file ${missing.length}: ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ', …' : ''} (--replace removes them)`,
        ]
      : []),
    ...(tokens.length > 0 ? [`  missing values: ${tokens.join(', ')}`] : []),
    ...datasets.flatMap(({ terms, citation }) => [
      ...(terms ? [`  terms: ${terms}`] : []),
      `  cite: ${citation}`,
    ]),
  ].join('\n')
}
