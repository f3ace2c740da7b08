import type { PlaceStore } from '../../places/place.store.ts'
import type { ImportedIncident } from '../../storage/contract/storage.ts'
import { findIssues, isValid } from '../../validation/validate.ts'
import type { Columns } from '../contract/columns.ts'
import { Draft } from '../contract/draft.ts'
import type { DatasetIdentity, Importer } from '../contract/importer.ts'
import { BATCH_RECORDS, type ReadResult, type References, type RowReader } from '../contract/row-reader.ts'
import type { RowResult } from '../contract/row-result.ts'
import { SeenIds } from '../contract/seen-ids.ts'
import { SuffixedIds } from '../contract/suffixed-ids.ts'
import { PlaceResolver } from '../places/place-resolver.ts'
import type { CellError, FileRow } from '../reading/rows/file-row.ts'
import { FileTally } from './file-tally.ts'
import { buildDatasetSource, RecordBuilder } from './record-builder.ts'

/** A file of one data set. */
interface DatasetFile {
  importer: Importer
  /** The data set, under the id of the registry. */
  dataset: DatasetIdentity
  version: string | null
  /** The columns of its header, with what stands for no value. */
  columns: Columns
  /** Whether divisions that the data set added before are looked for in the gazetteer again. */
  redecides?: boolean
}

/** Reads the rows of a data set of the field: the importer makes a draft, its place is resolved, the record built. */
export class DraftReader implements RowReader {
  #readDraft: ReturnType<Importer['reader']> | undefined
  readonly #builder: RecordBuilder
  readonly #places: PlaceResolver
  readonly #ids = new SeenIds()
  readonly #suffixedIds = new SuffixedIds()
  readonly tally: FileTally

  constructor(
    private readonly store: PlaceStore,
    private readonly file: DatasetFile,
  ) {
    this.tally = new FileTally(file.importer.tallied)
    this.#builder = new RecordBuilder(file.dataset)
    this.#places = new PlaceResolver(store, file.dataset.id, file.importer.kindStyle, file.redecides)
  }

  get places() {
    return this.#places.report
  }

  get notes() {
    return this.#suffixedIds.notes
  }

  async *read(rows: readonly FileRow[]): AsyncGenerator<ReadResult[]> {
    this.#readDraft ??= this.file.importer.reader(this.file.columns, await this.#loadGazetteer())
    const readDraft = this.#readDraft
    const drafts = rows.map((row) => this.#readRow(row, readDraft))
    await this.#places.prepare(drafts.flatMap((result) => ('draft' in result ? [result.draft.where] : [])))
    for (let start = 0; start < drafts.length; start += BATCH_RECORDS) {
      const results: ReadResult[] = []
      for (const [index, result] of drafts.slice(start, start + BATCH_RECORDS).entries())
        results.push(
          'draft' in result ? await this.#build(result.draft, rows[start + index] as FileRow) : result,
        )
      yield results
    }
  }

  async #loadGazetteer() {
    const { gazetteer } = this.file.importer
    const [country] = gazetteer === undefined ? [] : await this.store.findByName(gazetteer, ['country'])
    return country ? this.store.gazetteer(country.id) : []
  }

  #readRow(row: FileRow, readDraft: ReturnType<Importer['reader']>): RowResult<{ draft: Draft }> {
    const { line, cells, error } = row
    if (error) return { errors: [error] }
    const result = readDraft(cells)
    if (!('draft' in result)) return result
    if (!isValid(Draft, result.draft)) {
      const issues = findIssues(Draft, result.draft)
      return { errors: issues.map(({ parameter, reason }) => this.#buildError(cells, parameter, reason)) }
    }
    const id = this.#assignId(result.draft, row)
    if (id === null) return { skipped: 'identical to an earlier row' }
    const repeated = this.#ids.findErrors(this.file.importer.origins.id[0], id)
    if (repeated.length > 0) return { errors: repeated }
    this.#ids.add(id, line)
    return { draft: { ...result.draft, id } }
  }

  async #build(draft: Draft, { cells }: FileRow): Promise<{ incident: ImportedIncident }> {
    const { place, created } = await this.#places.resolve(draft.where)
    this.tally.add(this.file.columns.written(cells), place)
    const { record, sources } = this.#builder.build(draft, place)
    return { incident: { record, claims: null, original: cells, places: created, sources } }
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
      value: this.file.columns.written(cells)(column),
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
      spellings: this.#places.spellings,
    }
  }
}
