import type { PlaceStore } from '../places/place.store.ts'
import { issuesOf } from '../validation/validate.ts'
import { Completion, datasetSource } from './complete.ts'
import { Draft } from './draft.ts'
import { Columns, type DatasetIdentity, type Importer } from './importer.ts'
import { PlaceResolver } from './place-resolver.ts'
import type { FileRow } from './reading/rows.ts'
import { Lines, type Outcome, type References, type RowReader } from './row-reader.ts'

/** What a reader of a data set's rows needs to know of their file. */
export interface DraftSourceFile {
  importer: Importer
  /** The data set, under the id of the registry. */
  dataset: DatasetIdentity
  version: string | null
  header: readonly string[]
}

/** Reads the rows of a data set of the field: the importer drafts, places are found, the rest is completed. */
export class DraftReader implements RowReader {
  readonly #fateOf: ReturnType<Importer['reader']>
  readonly #completion: Completion
  readonly #places: PlaceResolver
  readonly #lines = new Lines()

  constructor(
    places: PlaceStore,
    private readonly file: DraftSourceFile,
  ) {
    this.#fateOf = file.importer.reader(new Columns(file.header))
    this.#completion = new Completion(file.dataset)
    this.#places = new PlaceResolver(places, file.dataset.id)
  }

  get places() {
    return this.#places.counts
  }

  async read({ line, cells, fault }: FileRow): Promise<Outcome> {
    if (fault) return { faults: [fault] }
    const fate = this.#fateOf(cells)
    if (!('draft' in fate)) return fate
    const { draft } = fate
    const { id, where } = draft
    const issues = issuesOf(Draft, draft)
    if (issues.length > 0)
      return { faults: issues.map(({ parameter, reason }) => ({ column: parameter, value: id, reason })) }
    const repeated = this.#lines.faultOf(this.file.importer.idColumn, id)
    if (repeated.length > 0) return { faults: repeated }
    const resolved = await this.#places.resolve(where)
    if (!resolved) {
      const reason = 'must be a country of ISO 3166-1, by code or name'
      return { faults: [{ column: 'country', value: where.country, reason }] }
    }
    this.#lines.note(id, line)
    const { record, sources } = this.#completion.complete(draft, resolved.place)
    return { incident: { record, claims: null, original: cells, places: resolved.created, sources } }
  }

  async references(): Promise<References> {
    const { dataset, version } = this.file
    return {
      datasets: [{ ...dataset, version, rows: this.#lines.count }],
      sources: [datasetSource(dataset)],
      actors: this.#completion.actors,
    }
  }
}
