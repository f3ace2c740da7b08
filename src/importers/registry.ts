import { OperatorError } from '../errors.ts'
import type { Stores } from '../storage/contract/storage.ts'
import { acledImporter } from './acled/acled.ts'
import { DraftReader } from './records/draft-reader.ts'
import { gtdImporter } from './gtd/gtd.ts'
import { Columns, type Importer } from './contract/importer.ts'
import { iraqBodyCountImporter } from './iraq-body-count/iraq-body-count.ts'
import { isExportHeader } from './own-export/csv-header.ts'
import { ExportReader } from './own-export/export-reader.ts'
import type { OpenFile } from './reading/open-rows.ts'
import type { RowReader } from './contract/row-reader.ts'
import { ucdpGedImporter } from './ucdp-ged/ucdp-ged.ts'

/** Every importer: one file a data set. */
export const IMPORTERS: readonly Importer[] = [
  ucdpGedImporter,
  acledImporter,
  gtdImporter,
  iraqBodyCountImporter,
]

/** The kind of our own exports, CSV or NDJSON: records of any number of data sets. */
export const EXPORT = 'export'

/** The kinds of file that can be imported. */
export const KINDS: readonly string[] = [...IMPORTERS.map(({ dataset }) => dataset.id), EXPORT]

/** Whether cells name the columns of a file of a known kind. */
export function isKnownHeader(cells: readonly string[]): boolean {
  if (isExportHeader(cells)) return true
  const columns = new Columns(cells)
  return IMPORTERS.some(({ required }) => required.every((column) => columns.has(column)))
}

/**
 * What reads the rows of a file: of the kind that is given, else of the kind that its header tells.
 * @throws OperatorError when none or several fit, or the header lacks what the kind needs
 */
export function readerOf(
  stores: Stores,
  { format, header }: { format: OpenFile['format']; header: readonly string[] },
  { kind, name, version }: { kind?: string; name?: string; version?: string },
): RowReader {
  if (kind === EXPORT || (kind === undefined && (format === 'ndjson' || isExportHeader(header)))) {
    if (name !== undefined || version !== undefined)
      throw new OperatorError(
        'The records of an export name their data sets: --name and --dataset-version are for files of one data set',
      )
    return new ExportReader(stores, IDENTITIES, header)
  }
  const importer = importerFor(header, kind)
  const dataset = { ...importer.dataset, id: name ?? importer.dataset.id }
  return new DraftReader(stores.places, { importer, dataset, version: version ?? null, header })
}

const IDENTITIES = new Map(IMPORTERS.map(({ dataset }) => [dataset.id, dataset]))

/**
 * The importer of a file: of the kind that is given, else of the kind that its header tells.
 * @throws OperatorError when none or several fit, or the header lacks what the kind needs
 */
function importerFor(header: readonly string[], kind?: string): Importer {
  const columns = new Columns(header)
  const lacking = (importer: Importer) => importer.required.filter((column) => !columns.has(column))
  if (kind !== undefined) {
    const importer = IMPORTERS.find(({ dataset }) => dataset.id === kind)
    if (!importer)
      throw new OperatorError(`There is no kind of data set ${kind}: known are ${KINDS.join(', ')}`)
    const missing = lacking(importer)
    if (missing.length > 0)
      throw new OperatorError(`A file of ${kind} needs the columns ${missing.join(', ')}`)
    return importer
  }
  const [importer, ...others] = IMPORTERS.filter((candidate) => lacking(candidate).length === 0)
  if (importer && others.length === 0) return importer
  const nearest = IMPORTERS.map((candidate) => ({ candidate, missing: lacking(candidate) })).sort(
    (a, b) => a.missing.length / a.candidate.required.length - b.missing.length / b.candidate.required.length,
  )[0]
  throw new OperatorError(
    `The header is of no known kind (${KINDS.join(', ')}); nearest is ${nearest?.candidate.dataset.id}, without ${nearest?.missing.join(', ')}. Give --dataset to choose one`,
  )
}
