import { expect } from 'vitest'
import type { Position, SerializedJson, Slice } from '../../src/records.ts'
import type { Storage } from '../../src/storage/contract/storage.ts'

/** Opens a new database of the engine under test: migrated and empty. `now` is its clock. */
export type OpenEngine = (now?: () => Date) => Promise<Storage>

/** Reads a list to its end in pages of `limit`. */
export async function readPages<T>(
  read: (slice: { limit: number; after: Position | null }) => Promise<Slice<T>>,
  limit: number,
): Promise<SerializedJson<T>[]> {
  const records: SerializedJson<T>[] = []
  let after: Position | null = null
  do {
    const page: Slice<T> = await read({ limit, after })
    records.push(...page.records)
    after = page.next
    // Only the last page may be shorter than the limit.
    if (after) expect(page.records).toHaveLength(limit)
  } while (after)
  return records
}

/** Expects that a list rejects a position of another list. */
export async function expectForeignPosition(
  read: (slice: { limit: number; after: Position | null }) => Promise<unknown>,
  foreign: Position,
): Promise<void> {
  await expect(read({ limit: 1, after: foreign })).rejects.toMatchObject({ code: 'invalid_cursor' })
}
