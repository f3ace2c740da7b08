import type { Caller } from '../records.ts'

/** Fields of incidents whose values have names that the data sets bring, so that no schema lists them. */
export const TERM_FIELDS = ['conflict', 'dyad', 'weapon'] as const
/** A field of incidents whose values have names. */
export type TermField = (typeof TERM_FIELDS)[number]

/** Read access to the values that fields of incidents have; those of `weapon` are folded names. */
export interface TermStore {
  /** Ids of the values with this id or name, folded. */
  findByName(field: TermField, name: string): Promise<string[]>
  /** Names similar to a text, nearest first. */
  findSimilar(field: TermField, name: string, caller?: Caller): Promise<string[]>
}
