import type { PlaceStore } from '../../places/place.store.ts'
import { issuesOf } from '../../validation/validate.ts'
import { Completion, datasetSource } from './record-builder.ts'
import { Draft } from '../contract/draft.ts'
import { type CellFault, Columns, type DatasetIdentity, type Importer } from '../contract/importer.ts'
import { PlaceResolver } from '../places/place-resolver.ts'
import type { FileRow } from '../reading/open-rows.ts'
import { Lines, type Outcome, type References, type RowReader } from '../contract/row-reader.ts'

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
  readonly #columns: Columns
  readonly #fateOf: ReturnType<Importer['reader']>
  readonly #completion: Completion
  readonly #places: PlaceResolver
  readonly #lines = new Lines()

  constructor(
    places: PlaceStore,
    private readonly file: DraftSourceFile,
  ) {
    this.#columns = new Columns(file.header)
    this.#fateOf = file.importer.reader(this.#columns)
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
      return { faults: issues.map(({ parameter, reason }) => this.#fault(cells, parameter, reason)) }
    const repeated = this.#lines.faultOf(this.file.importer.origins.id[0], id)
    if (repeated.length > 0) return { faults: repeated }
    const resolved = await this.#places.resolve(where)
    if (!resolved) {
      const reason = 'must be a country of ISO 3166-1, by code or name'
      return { faults: [this.#fault(cells, 'where.country', reason)] }
    }
    this.#lines.note(id, line)
    const { record, sources } = this.#completion.complete(draft, resolved.place)
    return { incident: { record, claims: null, original: cells, places: resolved.created, sources } }
  }

  /** A fault of a draft's property, at the fullest of the columns that it is read from. */
  #fault(cells: readonly string[], property: string, reason: string): CellFault {
    const told = (this.file.importer.origins[property] ?? []).map((column) => ({
      column,
      value: this.#columns.cells(cells)(column),
    }))
    const isLong = reason.includes('long')
    const [found] = told
      .filter(({ value }) => value !== '')
      .sort((a, b) => (isLong ? b.value.length - a.value.length : 0))
    const { column, value } = found ?? told[0] ?? { column: property, value: '' }
    return { column, value, reason }
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
