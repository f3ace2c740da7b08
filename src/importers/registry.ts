import { OperatorError } from '../errors.ts'
import type { Stores } from '../storage/contract/storage.ts'
import { acledImporter } from './acled/acled.ts'
import { aidWorkerSecurityImporter } from './aid-worker-security/aid-worker-security.ts'
import { Columns } from './contract/columns.ts'
import type { Importer } from './contract/importer.ts'
import type { MissingValues } from './contract/missing-values.ts'
import type { RowReader } from './contract/row-reader.ts'
import { gtdImporter } from './gtd/gtd.ts'
import { iraqBodyCountImporter } from './iraq-body-count/iraq-body-count.ts'
import { isExportHeader } from './own-export/csv-header.ts'
import { ExportReader } from './own-export/export-reader.ts'
import type { OpenFile } from './reading/open-rows.ts'
import { DraftReader } from './records/draft-reader.ts'
import { scadImporter } from './scad/scad.ts'
import { ucdpGedImporter } from './ucdp-ged/ucdp-ged.ts'

/** All importers, one for each data set of the field. */
const IMPORTERS: readonly Importer[] = [
  ucdpGedImporter,
  acledImporter,
  gtdImporter,
  iraqBodyCountImporter,
  aidWorkerSecurityImporter,
  scadImporter,
]

/** The importer of the kind of file that has this header; null for a file of no known kind. */
export function recogniseImporter(header: readonly string[]): Importer | null {
  const columns = new Columns(header)
  return IMPORTERS.find(({ required }) => required.every((column) => columns.has(column))) ?? null
}

/** The kind of our own exports, CSV or NDJSON: records of any number of data sets. */
const EXPORT = 'export'

/** The kinds of file that can be imported: the ids of the data sets, and `export`. */
export const KINDS: readonly string[] = [...IMPORTERS.map(({ dataset }) => dataset.id), EXPORT]

/** Whether cells are the header of a file of a known kind. */
export function isKnownHeader(cells: readonly string[]): boolean {
  return isExportHeader(cells) || recogniseImporter(cells) !== null
}

/**
 * Creates the reader for the rows of a file: of the given kind, else of the kind recognised from its header.
 * @throws OperatorError when none or several fit, the header lacks columns that the kind needs, or a file that
 * holds a part of its data set is to replace the whole
 */
export function createReader(
  stores: Stores,
  { format, header, decimalComma, fileName = '' }: RowsToRead,
  { kind, name, version, missing, replace, redecides = false }: ReaderOptions,
): RowReader {
  if (kind === EXPORT || (kind === undefined && (format === 'ndjson' || isExportHeader(header)))) {
    if (name !== undefined || version !== undefined)
      throw new OperatorError(
        'The records of an export name their data sets: --name and --dataset-version are for files of one data set',
      )
    return new ExportReader(stores, IDENTITIES, header)
  }
  const importer = findImporter(header, kind)
  const columns = new Columns(header, { ...(missing && { missing }), decimalComma })
  const dataset = { ...importer.dataset, id: name ?? importer.dataset.id }
  const release = importer.parseRelease?.(fileName) ?? null
  if (replace && release?.isPartial)
    throw new OperatorError(
      `Release ${release.version} holds a part of the data set only: --replace would remove the rest`,
    )
  return new DraftReader(stores.places, {
    importer,
    dataset,
    version: version ?? release?.version ?? null,
    columns,
    redecides,
  })
}

type RowsToRead = Pick<OpenFile, 'format' | 'header' | 'decimalComma'> & { fileName?: string }

interface ReaderOptions {
  kind?: string
  /** The id of the data set in the registry. */
  name?: string
  version?: string
  /** The cells that stand for no value; our own exports have none. */
  missing?: MissingValues
  /** Whether records that the file does not have are to be removed. */
  replace?: boolean
  /** Whether divisions that the data set added before are looked for in the gazetteer again. */
  redecides?: boolean
}

const IDENTITIES = new Map(IMPORTERS.map(({ dataset }) => [dataset.id, dataset]))

/** @throws OperatorError when none or several fit, or the header lacks columns that the kind needs */
function findImporter(header: readonly string[], kind?: string): Importer {
  const columns = new Columns(header)
  const candidates = IMPORTERS.map((importer) => ({
    importer,
    id: importer.dataset.id,
    missing: importer.required.filter((column) => !columns.has(column)),
  }))
  if (kind !== undefined) {
    const candidate = candidates.find(({ id }) => id === kind)
    if (!candidate)
      throw new OperatorError(`There is no kind of data set ${kind}: known are ${KINDS.join(', ')}`)
    const { importer, missing } = candidate
    if (missing.length > 0)
      throw new OperatorError(`A file of ${kind} needs the columns ${missing.join(', ')}`)
    return importer
  }
  const [fitting, ...others] = candidates.filter(({ missing }) => missing.length === 0)
  if (fitting && others.length === 0) return fitting.importer
  if (fitting) {
    const kinds = [fitting, ...others].map(({ id }) => id).join(', ')
    throw new OperatorError(`The header fits several kinds (${kinds}): give --dataset to choose one`)
  }
  const share = ({ importer, missing }: (typeof candidates)[number]) =>
    missing.length / importer.required.length
  const nearest = candidates.sort((a, b) => share(a) - share(b))[0]
  const hint =
    nearest && share(nearest) < 1
      ? `nearest is ${nearest.id}, without ${nearest.missing.join(', ')}`
      : 'it has none of the columns that they need'
  throw new OperatorError(`The header is of no known kind (${KINDS.join(', ')}); ${hint}`)
}
