import type { Hint } from '../http/requests/hint.ts'
import type { Box } from '../places/grid.ts'
import type { Misplaced } from '../places/place.scopes.ts'
import type { Caller, Total } from '../records.ts'
import { quoteValue } from '../text/value-list.ts'
import type { IncidentFilter, IncidentStore } from './incident.store.ts'

type Counter = Pick<IncidentStore, 'total'>

/** Builds the hint on a name that was given for the wrong level of places, with what the right one would find. */
export async function hintAtLevel(
  { parameter, name, right, label, scopes }: Misplaced,
  { [parameter]: _, ...filter }: IncidentFilter,
  incidents: Counter,
  caller: Caller,
): Promise<Hint> {
  const total = await incidents.total({ ...filter, [right]: scopes }, 'bounded', caller)
  const query = `${right}=${quoteValue(name)}`
  const article = /^[aeiou]/.test(label) ? 'an' : 'a'
  return {
    parameter,
    message: `"${name}" is ${article} ${label}: ${query} finds ${describeTotal(total)}.`,
    suggestions: [],
    query: `${right}=${encodeURIComponent(quoteValue(name))}`,
  }
}

/** Words of a search that are counted one by one. */
const MAX_COUNTED_WORDS = 5

/**
 * Builds hints on a filter that finds nothing: by a position that would with its latitudes and longitudes exchanged, or
 * by words of which each would.
 * @param isEmpty whether the filter finds nothing; called only where a hint is possible
 */
export async function hintAtNothing(
  filter: IncidentFilter,
  incidents: Counter,
  caller: Caller,
  isEmpty: () => boolean | Promise<boolean>,
): Promise<Hint[]> {
  const { near, bbox, words = [] } = filter
  if (!(near || bbox || words.length > 1) || !(await isEmpty())) return []
  return [
    ...(await hintAtExchanged(filter, incidents, caller)),
    ...(words.length > 1 ? await hintAtWords(words, filter, incidents, caller) : []),
  ]
}

/** Tells how many records each word finds, where each finds some. */
async function hintAtWords(
  words: readonly string[],
  filter: IncidentFilter,
  incidents: Counter,
  caller: Caller,
): Promise<Hint[]> {
  const counted = await Promise.all(
    words.slice(0, MAX_COUNTED_WORDS).map(async (word) => {
      const total = await incidents.total({ ...filter, words: [word] }, 'bounded', caller)
      return { text: `"${word}" finds ${describeTotal(total)}`, isFound: total.total > 0 }
    }),
  )
  if (!counted.every(({ isFound }) => isFound)) return []
  const message = `No record has all of these words: ${counted.map(({ text }) => text).join(', ')}.`
  return [{ parameter: 'q', message, suggestions: [] }]
}

async function hintAtExchanged(filter: IncidentFilter, incidents: Counter, caller: Caller): Promise<Hint[]> {
  const hints: Hint[] = []
  const { near, bbox } = filter
  const suggest = async (parameter: string, value: string, exchanged: IncidentFilter) => {
    const total = await incidents.total(exchanged, 'bounded', caller)
    if (total.total === 0) return
    const message = `Nothing is found here; with latitude and longitude exchanged, ${parameter}=${value} finds ${describeTotal(total)}.`
    hints.push({ parameter, message, suggestions: [value] })
  }
  if (near && Math.abs(near.longitude) <= 90) {
    const exchanged = { ...near, latitude: near.longitude, longitude: near.latitude }
    await suggest('near', `${exchanged.latitude},${exchanged.longitude}`, { ...filter, near: exchanged })
  }
  const box = bbox && exchange(bbox)
  if (box && hasValidLatitudes(box)) await suggest('bbox', box.join(','), { ...filter, bbox: box })
  return hints
}

/** Whether the latitudes of a box are in range and in order. */
export function hasValidLatitudes([, south, , north]: Box): boolean {
  return south >= -90 && north <= 90 && south <= north
}

/** The box that was probably meant by one with invalid latitudes: two of its edges, or of its axes, are exchanged. */
export function suggestBox(box: Box): string | undefined {
  const [west, south, east, north] = box
  const candidates: Box[] = [[west, north, east, south], exchange(box)]
  return candidates.find((other) => hasValidLatitudes(other) && other[0] <= other[2])?.join(',')
}

/** The box of the same edges in the order south, west, north, east. */
function exchange([west, south, east, north]: Box): Box {
  return [south, west, north, east]
}

function describeTotal({ total, total_is }: Total): string {
  const count = total_is === 'at_least' ? `at least ${total}` : `${total}`
  return `${count} ${total === 1 ? 'incident' : 'incidents'}`
}
