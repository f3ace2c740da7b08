import type { PlaceStore } from '../../places/place.store.ts'
import type { ImportedIncident } from '../../storage/contract/storage.ts'
import { findIssues } from '../../validation/validate.ts'
import { Columns } from '../contract/columns.ts'
import { Draft } from '../contract/draft.ts'
import type { DatasetIdentity, Importer } from '../contract/importer.ts'
import type { References, RowReader } from '../contract/row-reader.ts'
import type { RowResult } from '../contract/row-result.ts'
import { SeenIds } from '../contract/seen-ids.ts'
import { SuffixedIds } from '../contract/suffixed-ids.ts'
import { PlaceResolver } from '../places/place-resolver.ts'
import type { CellError, FileRow } from '../reading/rows/file-row.ts'
import { buildDatasetSource, RecordBuilder } from './record-builder.ts'

/** A file of one data set. */
interface DatasetFile {
  importer: Importer
  /** The data set, under the id of the registry. */
  dataset: DatasetIdentity
  version: string | null
  header: readonly string[]
}

/** Reads the rows of a data set of the field: the importer makes a draft, its place is resolved, the record built. */
export class DraftReader implements RowReader {
  readonly #columns: Columns
  #readDraft: ReturnType<Importer['reader']> | undefined
  readonly #builder: RecordBuilder
  readonly #places: PlaceResolver
  readonly #ids = new SeenIds()
  readonly #suffixedIds = new SuffixedIds()

  constructor(
    private readonly store: PlaceStore,
    private readonly file: DatasetFile,
  ) {
    this.#columns = new Columns(file.header)
    this.#builder = new RecordBuilder(file.dataset)
    this.#places = new PlaceResolver(store, file.dataset.id)
  }

  get places() {
    return this.#places.counts
  }

  get notes() {
    return this.#suffixedIds.notes
  }

  async read(rows: readonly FileRow[]): Promise<RowResult<{ incident: ImportedIncident }>[]> {
    const results: RowResult<{ incident: ImportedIncident }>[] = []
    this.#readDraft ??= this.file.importer.reader(this.#columns, await this.#loadGazetteer())
    for (const row of rows) results.push(await this.#readRow(row, this.#readDraft))
    return results
  }

  async #loadGazetteer() {
    const { gazetteer } = this.file.importer
    const [country] = gazetteer === undefined ? [] : await this.store.findByName(gazetteer, ['country'])
    return country ? this.store.gazetteer(country.id) : []
  }

  async #readRow(
    row: FileRow,
    readDraft: ReturnType<Importer['reader']>,
  ): Promise<RowResult<{ incident: ImportedIncident }>> {
    const { line, cells, error } = row
    if (error) return { errors: [error] }
    const result = readDraft(cells)
    if (!('draft' in result)) return result
    const issues = findIssues(Draft, result.draft)
    if (issues.length > 0)
      return { errors: issues.map(({ parameter, reason }) => this.#buildError(cells, parameter, reason)) }
    const id = this.#assignId(result.draft, row)
    if (id === null) return { skipped: 'identical to an earlier row' }
    const draft = { ...result.draft, id }
    const repeated = this.#ids.findErrors(this.file.importer.origins.id[0], id)
    if (repeated.length > 0) return { errors: repeated }
    const resolved = await this.#places.resolve(draft.where)
    if (!resolved) {
      const reason = 'must be a country of ISO 3166-1, by code or name'
      return { errors: [this.#buildError(cells, 'where.country', reason)] }
    }
    this.#ids.add(id, line)
    const { record, sources } = this.#builder.build(draft, resolved.place)
    return { incident: { record, claims: null, original: cells, places: resolved.created, sources } }
  }

  /** The id in the data set; null where the row is no record of its own. */
  #assignId(draft: Draft, { line, cells, id }: FileRow): string | null {
    if (id !== undefined) return id.slice(this.file.dataset.id.length + 1)
    const isSuffixed = this.file.importer.repeatedIds === 'suffix'
    return isSuffixed ? this.#suffixedIds.assign(draft.id, line, cells) : draft.id
  }

  /** Attributes an error of a draft's property to the first column from which it is read and that is not empty. */
  #buildError(cells: readonly string[], property: string, reason: string): CellError {
    const origins = (this.file.importer.origins[property] ?? []).map((column) => ({
      column,
      value: this.#columns.cells(cells)(column),
    }))
    // Of a text that is too long, to the longest.
    const isLong = reason.includes('long')
    const [found] = origins
      .filter(({ value }) => value !== '')
      .sort((a, b) => (isLong ? b.value.length - a.value.length : 0))
    const { column, value } = found ?? origins[0] ?? { column: property, value: '' }
    return { column, value, reason }
  }

  async references(): Promise<References> {
    const { dataset, version } = this.file
    return {
      datasets: [{ ...dataset, version, rows: this.#ids.size }],
      sources: [buildDatasetSource(dataset)],
      actors: this.#builder.actors,
    }
  }
}
