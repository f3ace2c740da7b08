/**
 * Rows that are read together. The divisions that they name are decided by all of them; most files of the field have
 * fewer. They take about 30 MB.
 */
export const WINDOW_ROWS = 10_000

/** Gathers batches into windows of at least `size` items, the last one excepted. */
export async function* gather<T>(
  batches: AsyncIterable<readonly T[]>,
  size = WINDOW_ROWS,
): AsyncGenerator<T[]> {
  let window: T[] = []
  for await (const batch of batches) {
    window.push(...batch)
    if (window.length < size) continue
    yield window
    window = []
  }
  if (window.length > 0) yield window
}
