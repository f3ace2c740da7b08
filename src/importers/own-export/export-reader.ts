import type { Incident } from '../../incidents/incident.schema.ts'
import { parse } from '../../records.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import type {
  ImportedIncident,
  RecordInput,
  RegisteredDataset,
  Stores,
} from '../../storage/contract/storage.ts'
import { BATCH_RECORDS, type ReadResult, type References, type RowReader } from '../contract/row-reader.ts'
import { SeenIds } from '../contract/seen-ids.ts'
import { PlaceResolver } from '../places/place-resolver.ts'
import type { FileRow } from '../reading/rows/file-row.ts'
import { buildDatasetSource } from '../records/record-builder.ts'
import { isSameRow, readCsvRecord } from './csv.ts'
import { mapColumns } from './csv-header.ts'
import type { Exported, ExportedResult } from './exported.ts'
import { readNdjsonRecord } from './ndjson.ts'

/** Reads a record of an export; `mergeWith` combines it with a stored one that holds more. */
type ReadRecord = (
  cells: readonly string[],
) => ExportedResult | (Exported & Pick<ImportedIncident, 'mergeWith'>)

/** The stored records to which the records of a batch refer. */
interface Stored {
  places: ReadonlySet<string>
  sources: ReadonlySet<string>
  /** Ids of the actors of a name or id. */
  actors: ReadonlyMap<string, readonly string[]>
}

/** Reads the rows of our own exports: complete records, of any number of data sets. */
export class ExportReader implements RowReader {
  readonly #readRecord: ReadRecord
  readonly #ids = new SeenIds()
  readonly #resolvers = new Map<string, PlaceResolver>()
  readonly #rows = new Map<string, number>()
  readonly #actors = new Map<string, References['actors'][number]>()
  /** The ids of actors in this database, by data set and id in the export. */
  readonly #actorIds = new Map<string, string>()
  readonly #hasIds: boolean
  readonly #sources = new Set<string>()
  readonly #sameAs: [string, string][] = []
  readonly #matches = { 'known by id': 0, new: 0 }
  readonly #places = { withoutDivision: 0, withoutTown: 0 }

  /**
   * @param header the columns of CSV; empty for NDJSON
   * @throws OperatorError that names the columns that are wrong
   */
  constructor(
    private readonly stores: Stores,
    /** The data sets of the importers, by id. */
    private readonly known: ReadonlyMap<string, Omit<RegisteredDataset, 'version'>>,
    header: readonly string[],
  ) {
    this.#hasIds = header.length === 0
    this.#readRecord = this.#hasIds ? ([line = '']) => readNdjsonRecord(line) : csvReader(header)
  }

  get places() {
    return { matches: this.#matches, ...this.#places, notFound: new Map(), areas: new Map() }
  }

  async *read(rows: readonly FileRow[]): AsyncGenerator<ReadResult[]> {
    for (let start = 0; start < rows.length; start += BATCH_RECORDS)
      yield this.#readBatch(rows.slice(start, start + BATCH_RECORDS))
  }

  async #readBatch(rows: readonly FileRow[]): Promise<ReadResult[]> {
    const read = rows.map(({ line, cells, error }) => ({
      line,
      record: error ? { errors: [error] } : this.#readRecord(cells),
    }))
    const stored = await this.#lookUp(read.flatMap(({ record }) => ('errors' in record ? [] : [record])))
    const results: ReadResult[] = []
    for (const { line, record } of read)
      results.push('errors' in record ? record : await this.#resolve(line, record, stored))
    return results
  }

  /** Finds what the records refer to, in one look-up for each kind of record. */
  async #lookUp(exported: readonly Exported[]): Promise<Stored> {
    const names = new Set<string>()
    const sources = new Set<string>()
    for (const { record, sources: own } of exported) {
      for (const actor of record.actors) {
        if (this.#actorIds.has(actorKey(record, actor))) continue
        for (const name of this.#lookupNames(actor)) names.add(name)
      }
      if (own === null) for (const id of record.source_ids) if (!this.#sources.has(id)) sources.add(id)
    }
    const wanted = [...names]
    const places = new Set(exported.map(({ record }) => record.place.id))
    const [storedPlaces, storedSources, actors] = await Promise.all([
      this.stores.places.existing([...places]),
      this.stores.sources.existing([...sources]),
      this.stores.actors.findByNames(wanted),
    ])
    return {
      places: new Set(storedPlaces),
      sources: new Set(storedSources),
      actors: new Map(wanted.map((name, index) => [name, actors[index] ?? []])),
    }
  }

  async #resolve(
    line: number,
    { record, claims, sources, mergeWith }: Exported & Pick<ImportedIncident, 'mergeWith'>,
    stored: Stored,
  ): Promise<ReadResult> {
    const repeated = this.#ids.findErrors('id', record.id)
    if (repeated.length > 0) return { errors: repeated }
    const places = await this.#resolver(record.dataset).restore(record, stored.places)
    if (!places) {
      const reason = 'must be a country of ISO 3166-1, by alpha-2 code'
      return { errors: [{ column: 'country_code', value: record.place.country_code ?? '', reason }] }
    }
    this.#matches[places.length > 0 ? 'new' : 'known by id'] += 1
    if (record.place.admin1 === null) this.#places.withoutDivision += 1
    if (record.place.city === null) this.#places.withoutTown += 1
    this.#ids.add(record.id, line)
    for (const other of record.same_as) this.#sameAs.push([record.id, other])
    this.#rows.set(record.dataset, (this.#rows.get(record.dataset) ?? 0) + 1)
    return {
      incident: {
        record: { ...record, actors: this.#resolveActors(record, stored) },
        ...(claims && { claims }),
        ...(mergeWith && { mergeWith }),
        places,
        sources: sources ?? this.#createMissingSources(record, stored),
      },
    }
  }

  async references(): Promise<References> {
    const registered = new Map(
      (await this.stores.datasets.list()).map((json) => {
        const { files, imported_at, incidents, tolls, ...dataset } = parse(json)
        return [dataset.id, dataset]
      }),
    )
    const datasets = [...this.#rows].map(([id, rows]) => ({
      ...(registered.get(id) ?? this.#describeDataset(id)),
      rows,
    }))
    const own = datasets.filter(({ id }) => !registered.has(id)).map((dataset) => buildDatasetSource(dataset))
    return {
      datasets,
      sources: own,
      actors: [...this.#actors.values()],
      sameAs: await this.#existingLinks(),
    }
  }

  /** The links that records state and whose other record is in the file or in the database. */
  async #existingLinks(): Promise<[string, string][]> {
    const others = new Set(this.#sameAs.map(([, other]) => other).filter((other) => !this.#ids.has(other)))
    const stored = new Set(await this.stores.incidents.existing([...others]))
    return this.#sameAs.filter(([, other]) => this.#ids.has(other) || stored.has(other))
  }

  #resolver(dataset: string): PlaceResolver {
    let resolver = this.#resolvers.get(dataset)
    if (!resolver) {
      resolver = new PlaceResolver(this.stores.places, dataset)
      this.#resolvers.set(dataset, resolver)
    }
    return resolver
  }

  /** Describes a data set that is not registered; of one that no importer knows, the export has the id only. */
  #describeDataset(id: string): RegisteredDataset {
    const unknown = 'not recorded in the export'
    const known = this.known.get(id)
    if (known) return { ...known, version: null }
    return {
      ...{ id, name: id, version: null, licence: unknown, citation: unknown },
      ...{ description: unknown, url: null, terms: null },
    }
  }

  /** The names by which to look up an actor. CSV has no ids: there the stored one may have another id. */
  #lookupNames({ id, name }: Incident['actors'][number]): string[] {
    return this.#hasIds ? [id] : [id, name]
  }

  /** Gives actors their ids in the database; those that are not stored are created with the name in the export. */
  #resolveActors(record: Incident, stored: Stored): Incident['actors'] {
    const { dataset } = record
    return record.actors.map((actor) => {
      const key = actorKey(record, actor)
      let id = this.#actorIds.get(key)
      if (id === undefined) {
        const found = this.#lookupNames(actor).flatMap((name) => stored.actors.get(name) ?? [])
        id = found.find((one) => one === actor.id || one.startsWith(`${dataset}:`))
        if (id === undefined) {
          id = actor.id
          const { name } = actor
          this.#actors.set(id, { id, dataset, name, aliases: [], kind: 'unknown', description: null })
        }
        this.#actorIds.set(key, id)
      }
      return { ...actor, id }
    })
  }

  /** Creates sources that are not stored, of which an export without sources has the ids only. */
  #createMissingSources({ dataset, source_ids }: Incident, stored: Stored): RecordInput<SourceRecord>[] {
    const unseen = [...new Set(source_ids)].filter((id) => !this.#sources.has(id))
    for (const id of unseen) this.#sources.add(id)
    return unseen
      .filter((id) => !stored.sources.has(id))
      .map((id) => ({
        ...{ id, dataset, publisher: 'not recorded in the export', title: id, url: null },
        ...{ published_date: null, language: null, summary: null, pictures: [] },
      }))
  }
}

function actorKey({ dataset }: Incident, { id }: Incident['actors'][number]): string {
  return `${dataset}\n${id}`
}

function csvReader(header: readonly string[]): ReadRecord {
  const toCells = mapColumns(header)
  return (row) => {
    const cells = toCells(row)
    const result = readCsvRecord(cells)
    if ('errors' in result) return result
    const { record } = result
    // Where a row agrees with the stored record, properties that CSV cannot hold stay as they are.
    const mergeWith = (stored: Incident) =>
      isSameRow(cells, stored) ? { ...stored, updated_at: record.updated_at } : record
    return { ...result, mergeWith }
  }
}
