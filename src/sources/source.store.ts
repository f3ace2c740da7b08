import type { Caller, SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { Source } from './source.schema.ts'

/** Filters of a list of sources. */
export interface SourceFilter {
  /** Search text for the name of the publisher, ranked by rankByName. */
  q?: string
}

/** A filter by source: one source, or all sources of a publisher. */
export type SourceScope = { id: string } | { publisher: string }

/** Read access to sources. */
export interface SourceStore {
  list(filter: SourceFilter, slice: SliceRequest, caller?: Caller): Promise<Slice<Source>>
  /** The source with this id, or null. */
  get(id: string): Promise<SerializedJson<Source> | null>
  /** Filters by the source with this id, or by the publishers of this name, folded. */
  findByName(name: string): Promise<SourceScope[]>
  /** Those of the ids that are recorded. */
  existing(ids: readonly string[]): Promise<string[]>
  /** Names of publishers similar to a text, nearest first. */
  findSimilar(name: string, limit?: number, caller?: Caller): Promise<string[]>
}
