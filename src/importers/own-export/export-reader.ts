import type { Incident } from '../../incidents/incident.schema.ts'
import { parse } from '../../records.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import type {
  ImportedIncident,
  RecordInput,
  RegisteredDataset,
  Stores,
} from '../../storage/contract/storage.ts'
import { datasetSource } from '../records/record-builder.ts'
import { PlaceResolver } from '../places/place-resolver.ts'
import type { FileRow } from '../reading/open-rows.ts'
import { Lines, type Outcome, type References, type RowReader } from '../contract/row-reader.ts'
import { readCsvRecord, sameRow } from './csv.ts'
import { exportRows } from './csv-header.ts'
import type { ExportedFate } from './exported.ts'
import { readNdjsonRecord } from './ndjson.ts'

/** What a record of an export is, and how it goes together with a stored one that holds more. */
type Reading = (cells: readonly string[]) => { fate: ExportedFate; over?: ImportedIncident['mergeWith'] }

/** Reads the rows of our own exports: records as they are, of any number of data sets. */
export class ExportReader implements RowReader {
  readonly #read: Reading
  readonly #lines = new Lines()
  readonly #resolvers = new Map<string, PlaceResolver>()
  readonly #rows = new Map<string, number>()
  readonly #actors = new Map<string, References['actors'][number]>()
  /** The ids that actors have here, by data set and the id that they have in the export. */
  readonly #actorIds = new Map<string, string>()
  readonly #hasIds: boolean
  readonly #sources = new Set<string>()
  readonly #sameAs: [string, string][] = []
  readonly #counts = { 'known by id': 0, new: 0 }

  /**
   * @param header the columns of CSV; none for NDJSON
   * @throws OperatorError that tells which columns are wrong
   */
  constructor(
    private readonly stores: Stores,
    /** The data sets that importers know, by id. */
    private readonly known: ReadonlyMap<string, Omit<RegisteredDataset, 'version'>>,
    header: readonly string[],
  ) {
    this.#hasIds = header.length === 0
    this.#read = this.#hasIds ? ndjson : csv(header)
  }

  get places() {
    return this.#counts
  }

  async read({ line, cells, fault }: FileRow): Promise<Outcome> {
    if (fault) return { faults: [fault] }
    const { fate, over } = this.#read(cells)
    if ('faults' in fate) return fate
    const { record, claims, sources } = fate
    const repeated = this.#lines.faultOf('id', record.id)
    if (repeated.length > 0) return { faults: repeated }
    const resolver = this.#resolver(record.dataset)
    const places = await resolver.restore(record)
    if (!places) {
      const reason = 'must be a country of ISO 3166-1, by alpha-2 code'
      return { faults: [{ column: 'country_code', value: record.place.country_code, reason }] }
    }
    this.#counts[places.length > 0 ? 'new' : 'known by id'] += 1
    this.#lines.note(record.id, line)
    for (const other of record.same_as) this.#sameAs.push([record.id, other])
    this.#rows.set(record.dataset, (this.#rows.get(record.dataset) ?? 0) + 1)
    return {
      incident: {
        record: { ...record, actors: await this.#knownActors(record) },
        ...(claims && { claims }),
        ...(over && { mergeWith: over }),
        places,
        sources: sources ?? (await this.#missingSources(record)),
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
      ...(registered.get(id) ?? this.#identity(id)),
      rows,
    }))
    const own = datasets.filter(({ id }) => !registered.has(id)).map((dataset) => datasetSource(dataset))
    return { datasets, sources: own, actors: [...this.#actors.values()], sameAs: await this.#linked() }
  }

  /** What records are stated to be the same as, where that is in the file or recorded here. */
  async #linked(): Promise<[string, string][]> {
    const linked: [string, string][] = []
    for (const pair of this.#sameAs) {
      const [, other] = pair
      if (this.#lines.has(other) || (await this.stores.incidents.count({ id: [other] })) > 0)
        linked.push(pair)
    }
    return linked
  }

  #resolver(dataset: string): PlaceResolver {
    let resolver = this.#resolvers.get(dataset)
    if (!resolver) {
      resolver = new PlaceResolver(this.stores.places, dataset)
      this.#resolvers.set(dataset, resolver)
    }
    return resolver
  }

  /** Of a data set that nobody here knows an export tells the id only. */
  #identity(id: string): RegisteredDataset {
    const unknown = 'not recorded in the export'
    const known = this.known.get(id)
    if (known) return { ...known, version: null }
    return {
      ...{ id, name: id, version: null, licence: unknown, citation: unknown },
      ...{ description: unknown, url: null, terms: null },
    }
  }

  /** Actors that are not recorded here are recorded with what the export says of them: their names. */
  async #knownActors({ dataset, actors }: Incident): Promise<Incident['actors']> {
    const known: Incident['actors'] = []
    for (const actor of actors) {
      const key = `${dataset}\n${actor.id}`
      let id = this.#actorIds.get(key)
      if (id === undefined) {
        // CSV has names only: an actor of the data set may be known by the name and have another id.
        const ids = [actor.id, ...(this.#hasIds ? [] : [actor.name])]
        const found = (await Promise.all(ids.map((one) => this.stores.actors.named(one)))).flat()
        id = found.find((one) => one === actor.id || one.startsWith(`${dataset}:`))
        if (id === undefined) {
          id = actor.id
          const { name } = actor
          this.#actors.set(id, { id, dataset, name, aliases: [], kind: 'unknown', description: null })
        }
        this.#actorIds.set(key, id)
      }
      known.push({ ...actor, id })
    }
    return known
  }

  /** Of sources that are not recorded here an export without them tells the ids only. */
  async #missingSources({ dataset, source_ids }: Incident): Promise<RecordInput<SourceRecord>[]> {
    const missing: RecordInput<SourceRecord>[] = []
    for (const id of source_ids) {
      if (this.#sources.has(id)) continue
      this.#sources.add(id)
      if ((await this.stores.sources.named(id)).some((scope) => 'id' in scope)) continue
      missing.push({
        ...{ id, dataset, publisher: 'not recorded in the export', title: id, url: null },
        ...{ published_date: null, language: null, summary: null, pictures: [] },
      })
    }
    return missing
  }
}

const ndjson: Reading = ([line = '']) => ({ fate: readNdjsonRecord(line) })

function csv(header: readonly string[]): Reading {
  const cellsOf = exportRows(header)
  return (row) => {
    const cells = cellsOf(row)
    const fate = readCsvRecord(cells)
    if ('faults' in fate) return { fate }
    const { record } = fate
    // What a row of CSV cannot say of a stored record that it agrees with stays as it is.
    const over = (stored: Incident) =>
      sameRow(cells, stored) ? { ...stored, updated_at: record.updated_at } : record
    return { fate, over }
  }
}
