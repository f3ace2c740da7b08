import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OperatorError } from '../../errors.ts'
import { isCalendarDate } from '../../validation/calendar.ts'
import type { Cells } from '../contract/cells.ts'
import { detach } from '../reading/rows/file-row.ts'
import {
  countryCodeOf,
  type Division,
  type Gathered,
  type GatheringOptions,
  nameOf,
  type PopulatedPlace,
} from './gathering.ts'
import { gatherTable, type Layout } from './geonames-table.ts'

/** Where GeoNames publishes its files. */
export const GEONAMES_FILES = 'https://download.geonames.org/export/dump'

/** The name under which GeoNames publishes the first-level divisions. */
export const DIVISIONS_FILE = 'admin1CodesASCII.txt'

/** GeoNames' main table, by its readme. */
const PLACES: Layout<PopulatedPlace> = {
  columns: [
    ...['geonameid', 'name', 'asciiname', 'alternatenames', 'latitude', 'longitude'],
    ...['feature class', 'feature code', 'country code', 'cc2'],
    ...['admin1 code', 'admin2 code', 'admin3 code', 'admin4 code'],
    ...['population', 'elevation', 'dem', 'timezone', 'modification date'],
  ],
  read: readPlace,
}

const DIVISIONS: Layout<Division> = {
  columns: ['code', 'name', 'asciiname', 'geonameid'],
  read: readDivision,
}

/**
 * Gathers the populated places of one of GeoNames' files (cities500.txt and the like, packed or not), and the
 * divisions of the one that lies beside it, or where it is told.
 * @throws OperatorError when one of them is missing or cannot be read
 */
export async function gatherFiles(
  path: string,
  admin1: string | undefined,
  options: GatheringOptions,
): Promise<Gathered> {
  const divisionsPath = admin1 ?? join(dirname(path), DIVISIONS_FILE)
  // What is missing is told before anything is read; of the places' own file the reading tells.
  if (existsSync(path) && !existsSync(divisionsPath)) {
    throw new OperatorError(
      `There is no file ${divisionsPath} with the names of the first-level divisions: get ${GEONAMES_FILES}/${DIVISIONS_FILE}, or tell where it is with --admin1`,
    )
  }
  const places = await gatherTable(path, PLACES, options)
  const { counts, records } = places.gathering
  const gathered = { name: basename(path), places: records, counts, files: places.file ? [places.file] : [] }
  if (!places.file) return { ...gathered, version: null, divisions: [], isStopped: true }
  const divisions = await gatherTable(divisionsPath, DIVISIONS, { ...options, onProgress: () => {} })
  counts.rejected += divisions.gathering.counts.rejected
  if (divisions.file) gathered.files.push(divisions.file)
  return {
    ...gathered,
    version: latestChange(records),
    divisions: divisions.gathering.records,
    isStopped: divisions.gathering.isStopped,
  }
}

const FEATURE_CLASSES = {
  P: true,
  ...{ A: false, H: false, L: false, R: false, S: false, T: false, U: false, V: false },
}

function readPlace(cells: Cells): PopulatedPlace | null {
  const isPopulatedPlace = cells.code('feature class', FEATURE_CLASSES, true)
  if (!isPopulatedPlace) return null
  const geonamesId = geonamesIdOf(cells)
  const name = nameOf(cells, 'name')
  const population = cells.count('population') ?? 0
  const modified = cells.text('modification date')
  return {
    id: `geonames:${geonamesId}`,
    geonamesId,
    name,
    otherNames: otherNames(cells, population),
    latitude: cells.requiredDegrees('latitude', 90),
    longitude: cells.requiredDegrees('longitude', 180),
    featureCode: cells.text('feature code'),
    countryCode: countryCodeOf(cells, 'country code'),
    admin1: cells.text('admin1 code'),
    population,
    modified: isCalendarDate(modified) ? modified : '',
  }
}

function readDivision(cells: Cells): Division {
  const code = cells.text('code')
  if (!/^[A-Z]{2}\.\S{1,17}$/.test(code)) cells.refuse('code', 'must be a code such as IQ.07')
  const otherNames = [cells.text('asciiname')]
  return { code, name: nameOf(cells, 'name'), otherNames, geonamesId: geonamesIdOf(cells) }
}

function geonamesIdOf(cells: Cells): number {
  if (cells.text('geonameid') === '0') cells.refuse('geonameid', 'must not be 0')
  return cells.requiredCount('geonameid')
}

/** From so many inhabitants on a place keeps its names in Latin letters too; most of them are never asked for. */
const LATIN_NAMES_FROM = 100_000

const OTHER_SCRIPT = /[\p{L}--[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]]/v

/** The name in ASCII, those in other scripts, and those in Latin letters where many may ask for the place. */
function otherNames(cells: Cells, population: number): string[] {
  const isLarge = population >= LATIN_NAMES_FROM
  const alternate = cells.text('alternatenames').split(',')
  // Most of the line is not needed any more.
  return [cells.text('asciiname'), ...alternate.filter((name) => isLarge || OTHER_SCRIPT.test(name))].map(
    detach,
  )
}

function latestChange(places: readonly PopulatedPlace[]): string | null {
  return places.reduce((latest, { modified }) => (modified > latest ? modified : latest), '') || null
}
