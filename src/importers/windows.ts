/**
 * Rows that are read together at the beginning of a file: the divisions that they name are decided by all of them, and
 * most names occur there. They take about 15 MB.
 */
export const FIRST_ROWS = 5000
/** Rows that are read together from then on. */
export const NEXT_ROWS = 500

/** Gathers batches into windows: one of {@link FIRST_ROWS}, then of {@link NEXT_ROWS}, or somewhat more. */
export async function* gather<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T[]> {
  let window: T[] = []
  let size = FIRST_ROWS
  for await (const batch of batches) {
    window.push(...batch)
    if (window.length < size) continue
    yield window
    window = []
    size = NEXT_ROWS
  }
  if (window.length > 0) yield window
}
