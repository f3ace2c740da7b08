import { OperatorError } from '../errors.ts'
import { acledImporter } from './acled/acled.ts'
import { gtdImporter } from './gtd/gtd.ts'
import { Columns, type Importer } from './importer.ts'
import { iraqBodyCountImporter } from './iraq-body-count/iraq-body-count.ts'
import { ucdpGedImporter } from './ucdp-ged/ucdp-ged.ts'

/** Every importer: one file a data set. */
export const IMPORTERS: readonly Importer[] = [
  ucdpGedImporter,
  acledImporter,
  gtdImporter,
  iraqBodyCountImporter,
]

/** The kinds of data set that can be imported. */
export const KINDS: readonly string[] = IMPORTERS.map(({ dataset }) => dataset.id)

/** Whether cells name the columns of a file of a known kind. */
export function isKnownHeader(cells: readonly string[]): boolean {
  const columns = new Columns(cells)
  return IMPORTERS.some(({ required }) => required.every((column) => columns.has(column)))
}

/**
 * The importer of a file: of the kind that is given, else of the kind that its header tells.
 * @throws OperatorError when none or several fit, or the header lacks what the kind needs
 */
export function importerFor(header: readonly string[], kind?: string): Importer {
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
