import type { SerializedJson, Slice, SliceRequest } from '../records.ts'
import type { Source } from './source.schema.ts'

/** What a list of sources is limited to. */
export interface SourceFilter {
  /** The publisher's name, its beginning or near it, any script. */
  q?: string
}

/** A source as a filter uses it: the source itself, or everything that a publisher published. */
export type SourceScope = { id: string } | { publisher: string }

/** The recorded sources. */
export interface SourceStore {
  list(filter: SourceFilter, slice: SliceRequest): Promise<Slice<Source>>
  /** The source with this id, or null. */
  get(id: string): Promise<SerializedJson<Source> | null>
  /** The source with this id, or the publishers of this name, folded. */
  named(name: string): Promise<SourceScope[]>
  /** Those of the ids that are recorded. */
  existing(ids: readonly string[]): Promise<string[]>
  /** Publishers that are near a text that names none, nearest first. */
  near(name: string, limit?: number): Promise<string[]>
}
