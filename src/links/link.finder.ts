import { Grid } from './link.grid.ts'
import { compareIds, orderPair } from './link.pair.ts'
import type { LinkCandidate } from './scoring/candidate.ts'
import { MAX_REACH_KM, nearness, reachKm } from './scoring/place.ts'
import { RULES } from './scoring/rules.ts'
import { scoreOf } from './scoring/score.ts'

/** Two records of different data sets that may tell of the same event, in the order of their ids. */
export interface FoundLink {
  a: LinkCandidate
  b: LinkCandidate
  score: number
}

/** What is looked for. */
export interface FinderOptions {
  /** Whole days between the dates, at most. */
  days: number
  minScore: number
  /** Whether links between two data sets are wanted. */
  isWanted: (dataset: string, other: string) => boolean
}

interface Pair extends FoundLink {
  /** How many of its records have it among their best. */
  kept: number
}

/** A record in the window. */
interface Entry {
  record: LinkCandidate
  /** Its best pairs by the other's data set, the best first. */
  best: Map<string, Pair[]>
}

/**
 * Finds links among records that come in the order of their first days. It keeps the records of a window of days
 * only, in cells of a grid and by country; a record is compared with those around it. A pair is found when each
 * of its records has it among its best with the other's data set.
 */
export class LinkFinder {
  /** Pairs near in time and place, which were weighed. */
  compared = 0
  #today = Number.NEGATIVE_INFINITY
  readonly #grid = new Grid<Entry>()
  readonly #countries = new Map<string, { all: Set<Entry>; vague: Set<Entry> }>()
  /** Records by the last day on which others that come can be near them. */
  readonly #leaving = new Map<number, Entry[]>()

  constructor(private readonly options: FinderOptions) {}

  /** Takes the next record in; the links that are certain by now. */
  *add(record: LinkCandidate): Generator<FoundLink> {
    yield* this.#advance(record.start)
    if (record.span > RULES.most_days.value) return
    const entry: Entry = { record, best: new Map() }
    for (const other of this.#around(record)) this.#weigh(entry, other)
    this.#enter(entry)
  }

  /** The rest of the links, when no record follows. */
  *end(): Generator<FoundLink> {
    for (const entries of this.#leaving.values()) for (const entry of entries) yield* this.#leave(entry)
    this.#leaving.clear()
  }

  /** The records in the window that may be near a record in place, and some that are not. */
  *#around(record: LinkCandidate): Generator<Entry> {
    const country = this.#countries.get(record.place.country_code)
    if (record.point) {
      yield* this.#grid.around(record.point, reachKm(record) + MAX_REACH_KM)
      if (country) yield* country.vague
    } else if (country) yield* country.all
  }

  #weigh(entry: Entry, other: Entry): void {
    const [a, b] = orderPair(entry.record, other.record)
    if (a.dataset === b.dataset || !this.options.isWanted(a.dataset, b.dataset)) return
    if (nearness(a, b) === null) return
    this.compared += 1
    const score = scoreOf(a, b, this.options.minScore)
    if (score === null) return
    const pair = { a, b, score, kept: 0 }
    keep(entry, other.record.dataset, pair)
    keep(other, entry.record.dataset, pair)
  }

  #enter(entry: Entry): void {
    const { point, place, end } = entry.record
    const country = this.#countries.get(place.country_code) ?? { all: new Set(), vague: new Set() }
    this.#countries.set(place.country_code, country)
    country.all.add(entry)
    if (point) this.#grid.add(point, entry)
    else country.vague.add(entry)
    const last = end + this.options.days
    const leaving = this.#leaving.get(last)
    if (leaving) leaving.push(entry)
    else this.#leaving.set(last, [entry])
  }

  *#advance(day: number): Generator<FoundLink> {
    if (day <= this.#today) return
    this.#today = day
    // So few days are in the window that looking at each is nothing.
    for (const [last, entries] of this.#leaving) {
      if (last >= day) continue
      this.#leaving.delete(last)
      for (const entry of entries) yield* this.#leave(entry)
    }
  }

  *#leave(entry: Entry): Generator<FoundLink> {
    const { point, place } = entry.record
    if (point) this.#grid.remove(point, entry)
    const country = this.#countries.get(place.country_code)
    country?.all.delete(entry)
    country?.vague.delete(entry)
    for (const pairs of entry.best.values()) {
      for (const pair of pairs) {
        pair.kept += 1
        if (pair.kept === 2) yield pair
      }
    }
  }
}

/** Keeps a pair of a record if it is among its best with a data set. */
function keep({ best }: Entry, dataset: string, pair: Pair): void {
  const pairs = best.get(dataset) ?? []
  best.set(dataset, pairs)
  let at = pairs.length
  while (at > 0 && compareFound(pair, pairs[at - 1] as Pair) < 0) at -= 1
  pairs.splice(at, 0, pair)
  if (pairs.length > RULES.suggestions.value) pairs.pop()
}

/** The order of links: the best first; of equal ones, that of their ids. */
export function compareFound(one: FoundLink, other: FoundLink): number {
  return other.score - one.score || compareIds(one.a.id, other.a.id) || compareIds(one.b.id, other.b.id)
}
