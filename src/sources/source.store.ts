import type { Json, Slice, SliceRequest } from '../records.ts'
import type { Source } from './source.schema.ts'

/** What a list of sources is limited to. */
export interface SourceFilter {
  /** Publishers and titles that begin so, or are near it, any script; the nearest first. */
  q?: string
}

/** The recorded sources. */
export interface SourceStore {
  list(filter: SourceFilter, slice: SliceRequest): Promise<Slice<Source>>
  /** The source with this id, or null. */
  get(id: string): Promise<Json<Source> | null>
  /** Ids of the sources with this id, publisher or title, folded. */
  named(name: string): Promise<string[]>
  /** Publishers and titles that are near a text that names none, nearest first. */
  near(name: string, limit?: number): Promise<string[]>
}
