import type { Connection } from '../database/connection.ts'

/** HTTP dates have whole seconds. */
const SECOND_MS = 1000

/**
 * The moment that a change of the data is stamped with, read in its transaction: by the clock, unless that is not
 * later than the last change, as when it was set back. Then it is the next whole second after the last change, so
 * that neither `updated_since` nor `If-Modified-Since` misses the change.
 */
export function stampChange(connection: Connection, clock: Date): string {
  const last = connection.get<{ revised_at: string }>('SELECT revised_at FROM store WHERE revision > 0')
  const lastMs = last ? Date.parse(last.revised_at) : -Infinity
  if (clock.getTime() > lastMs) return clock.toISOString()
  return new Date((Math.floor(lastMs / SECOND_MS) + 1) * SECOND_MS).toISOString()
}
