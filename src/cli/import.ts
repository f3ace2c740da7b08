import { Command, Option } from 'commander'
import { OperatorError } from '../errors.ts'
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
  onError: 'stop' | 'skip'
  replace: boolean
  dryRun: boolean
  report?: string
}

/** `incidents import FILE…` */
export const importCommand = new Command('import')
  .description(
    `Imports files of the field's data sets and our own exports (${KINDS.join(', ')}), each all or nothing. The file type is recognised from its header. The same file again changes nothing; a newer one updates what differs and reports the records that it no longer has.`,
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
  .addOption(onErrorOption)
  .option('--replace', 'remove the records that the file no longer has', false)
  .option('--dry-run', 'report what would happen and change nothing', false)
  .addOption(reportOption)
  .action((files: string[], options: ImportOptions) =>
    withSeededStorage(async (storage) => {
      const rejections = new Rejections(options.report)
      try {
        for (const path of files) await importOne(storage, path, options, rejections)
      } finally {
        rejections.close()
      }
    }),
  )

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
  if (report.rejected > 0) process.exitCode = 1
  if (!report.written && !rest.dryRun)
    throw new OperatorError(`${report.file} was not imported: the database is as it was before it`)
}

/** Formats in a line how places were matched, without those of which there are none. */
export function formatMatches(places: Readonly<Record<string, number>>): string {
  const matches = Object.entries(places).filter(([, count]) => count > 0)
  return matches.map(([match, count]) => `${match} ${count}`).join(', ') || 'none'
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
    notes,
    written,
  } = report
  return [
    `${file}: ${datasets.map(({ name }) => name).join(', ')}${written ? '' : ' (nothing was written)'}`,
    `  rows read ${read}, added ${added}, updated ${updated}, unchanged ${unchanged}, rejected ${rejected}, skipped ${skipped} (not data)`,
    `  places: ${formatMatches(places)}`,
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
    ...datasets.flatMap(({ terms, citation }) => [
      ...(terms ? [`  terms: ${terms}`] : []),
      `  cite: ${citation}`,
    ]),
  ].join('\n')
}
