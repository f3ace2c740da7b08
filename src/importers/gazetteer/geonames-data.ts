import type { DatasetFile } from '../../datasets/dataset.schema.ts'
import type { Cells } from '../contract/cells.ts'
import { detach } from '../reading/rows/text.ts'
import type { RowCounts } from './row-collector.ts'

/** A populated place of GeoNames. */
export interface PopulatedPlace {
  /** The id in the gazetteer. */
  id: string
  geonamesId: number | null
  name: string
  /** Further names by which it can be found; some may be equal. */
  otherNames: readonly string[]
  latitude: number
  longitude: number
  /** Such as PPL (populated place) or PPLX (section of one); empty where it is not given. */
  featureCode: string
  /** ISO 3166-1 alpha-2. */
  countryCode: string
  /** Code of the first-level division within the country; empty where it is not given. */
  admin1: string
  population: number
  /** Day of the last change; empty where it is not given. */
  modified: string
}

/** A first-level division of GeoNames. */
export interface Division {
  /** The code after that of the country, such as IQ.07. */
  code: string
  name: string
  /** Further names by which it can be found; some may be equal. */
  otherNames: readonly string[]
  geonamesId: number | null
}

/** A file as the registry has it, without the time of its import. */
export type ReadFile = Omit<DatasetFile, 'imported_at'>

/** The records of GeoNames' files or of the npm package. */
export interface GeonamesData {
  /** The file or package, as messages name it. */
  name: string
  /** The release, as far as it is known. */
  version: string | null
  files: ReadFile[]
  divisions: readonly Division[]
  places: readonly PopulatedPlace[]
  counts: RowCounts
  /** Whether a rejected row stopped the reading: the rest is missing. */
  isStopped: boolean
}

/** Characters of a place's name. */
export const MAX_NAME_LENGTH = 300

/** Reads the name of a place. */
export function readName(cells: Cells, column: string): string {
  const name = cells.required(column)
  if (name.length > MAX_NAME_LENGTH)
    cells.addError(column, `must be at most ${MAX_NAME_LENGTH} characters long`)
  return detach(name)
}

/** Reads the code of a country; whether the country exists is not checked. */
export function readCountryCode(cells: Cells, column: string): string {
  const code = cells.text(column)
  if (!/^[A-Z]{2}$/.test(code)) cells.addError(column, 'must be two capital letters, as ISO 3166-1 has them')
  return code
}
