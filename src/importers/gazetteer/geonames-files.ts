import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OperatorError } from '../../errors.ts'
import { isCalendarDate } from '../../validation/calendar.ts'
import type { Cells } from '../contract/cells.ts'
import { detach } from '../reading/rows/text.ts'
import {
  type Division,
  type GeonamesData,
  type PopulatedPlace,
  readCountryCode,
  readName,
} from './geonames-data.ts'
import { type Layout, readTable } from './geonames-table.ts'
import type { CollectOptions } from './row-collector.ts'

/** The folder in which GeoNames publishes its files. */
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
 * Reads the populated places of one of GeoNames' files (cities500.txt and the like, packed or not), and the
 * divisions of the file in `admin1`, or else in the same folder.
 * @throws OperatorError when one of them is missing or cannot be read
 */
export async function readGeonamesFiles(
  path: string,
  admin1: string | undefined,
  options: CollectOptions,
): Promise<GeonamesData> {
  const divisionsPath = admin1 ?? join(dirname(path), DIVISIONS_FILE)
  // Checked before anything is read; a missing file of places is reported when it is opened.
  if (existsSync(path) && !existsSync(divisionsPath)) {
    throw new OperatorError(
      `There is no file ${divisionsPath} with the names of the first-level divisions: get ${GEONAMES_FILES}/${DIVISIONS_FILE}, or give its path with --admin1`,
    )
  }
  const places = await readTable(path, PLACES, options)
  const { counts, records } = places.rows
  const data = { name: basename(path), places: records, counts, files: places.file ? [places.file] : [] }
  if (!places.file) return { ...data, version: null, divisions: [], isStopped: true }
  const divisions = await readTable(divisionsPath, DIVISIONS, { ...options, onProgress: () => {} })
  counts.rejected += divisions.rows.counts.rejected
  if (divisions.file) data.files.push(divisions.file)
  return {
    ...data,
    version: findLatestChange(records),
    divisions: divisions.rows.records,
    isStopped: divisions.rows.isStopped,
  }
}

const FEATURE_CLASSES = {
  P: true,
  ...{ A: false, H: false, L: false, R: false, S: false, T: false, U: false, V: false },
}

function readPlace(cells: Cells): PopulatedPlace | null {
  const isPopulatedPlace = cells.code('feature class', FEATURE_CLASSES, true)
  if (!isPopulatedPlace) return null
  const geonamesId = readGeonamesId(cells)
  const name = readName(cells, 'name')
  const population = cells.count('population') ?? 0
  const modified = cells.text('modification date')
  return {
    id: `geonames:${geonamesId}`,
    geonamesId,
    name,
    otherNames: readOtherNames(cells, population),
    latitude: cells.requiredDegrees('latitude', 90),
    longitude: cells.requiredDegrees('longitude', 180),
    featureCode: cells.text('feature code'),
    countryCode: readCountryCode(cells, 'country code'),
    admin1: cells.text('admin1 code'),
    population,
    modified: isCalendarDate(modified) ? modified : '',
  }
}

function readDivision(cells: Cells): Division {
  const code = cells.text('code')
  if (!/^[A-Z]{2}\.\S{1,17}$/.test(code)) cells.addError('code', 'must be a code such as IQ.07')
  const otherNames = [cells.text('asciiname')]
  return { code, name: readName(cells, 'name'), otherNames, geonamesId: readGeonamesId(cells) }
}

function readGeonamesId(cells: Cells): number {
  if (cells.text('geonameid') === '0') cells.addError('geonameid', 'must not be 0')
  return cells.requiredCount('geonameid')
}

/** Population from which a place keeps its alternate names in Latin letters; those of others are rarely searched. */
const MIN_POPULATION_FOR_LATIN_NAMES = 100_000

const OTHER_SCRIPT = /[\p{L}--[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]]/v

/** Reads the name in ASCII, those in other scripts, and of large places those in Latin letters. */
function readOtherNames(cells: Cells, population: number): string[] {
  const isLarge = population >= MIN_POPULATION_FOR_LATIN_NAMES
  const alternate = cells.text('alternatenames').split(',')
  // Detached, because most of the line is not kept.
  return [cells.text('asciiname'), ...alternate.filter((name) => isLarge || OTHER_SCRIPT.test(name))].map(
    detach,
  )
}

function findLatestChange(places: readonly PopulatedPlace[]): string | null {
  return places.reduce((latest, { modified }) => (modified > latest ? modified : latest), '') || null
}
