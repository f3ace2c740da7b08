import { PointGrid } from './link.grid.ts'
import { compareIds, orderPair } from './link.pair.ts'
import type { LinkCandidate } from './scoring/candidate.ts'
import { countryOf, MAX_REACH_KM, nearness, reachKm } from './scoring/place.ts'
import { RULES } from './scoring/rules.ts'
import { computeScore } from './scoring/score.ts'

/** Two records of different data sets that may describe the same event, in the order of their ids. */
export interface FoundLink {
  a: LinkCandidate
  b: LinkCandidate
  score: number
}

/** Limits of a search. */
export interface FinderOptions {
  /** Maximum number of whole days between the dates. */
  days: number
  minScore: number
  /** Whether to look for links between two data sets. */
  isWanted: (dataset: string, other: string) => boolean
}

interface Pair extends FoundLink {
  /** The number of its records that left the window with the pair among their best. */
  kept: number
}

/** A record in the window. */
interface Entry {
  record: LinkCandidate
  /** Its best pairs by the data set of the other record, the best first. */
  best: Map<string, Pair[]>
}

/**
 * Finds links among records that are added in the order of their first days. Only the records of a window of days are
 * kept, in a spatial index and by country, and a record is compared with those near it. A pair is found when it is
 * among the best of each of its records with the other's data set.
 */
export class LinkFinder {
  /** Pairs near in time and place, which were scored. */
  compared = 0
  #today = Number.NEGATIVE_INFINITY
  readonly #grid = new PointGrid<Entry>()
  readonly #countries = new Map<string, { all: Set<Entry>; withoutPoint: Set<Entry> }>()
  /** Records by the last day on which a record that is added can be near them. */
  readonly #byLastDay = new Map<number, Entry[]>()

  constructor(private readonly options: FinderOptions) {}

  /** Adds the next record; yields the links that no later record can displace. */
  *add(record: LinkCandidate): Generator<FoundLink> {
    yield* this.#advanceTo(record.start)
    if (record.span > RULES.max_days.value) return
    const entry: Entry = { record, best: new Map() }
    for (const other of this.#nearby(record)) this.#compare(entry, other)
    this.#insert(entry)
  }

  /** Yields the remaining links, after the last record. */
  *end(): Generator<FoundLink> {
    for (const entries of this.#byLastDay.values()) for (const entry of entries) yield* this.#remove(entry)
    this.#byLastDay.clear()
  }

  /** All records of the window that may be near a record in place, and some that are not. */
  *#nearby(record: LinkCandidate): Generator<Entry> {
    const country = this.#countries.get(countryOf(record))
    if (record.point) {
      yield* this.#grid.around(record.point, reachKm(record) + MAX_REACH_KM)
      if (country) yield* country.withoutPoint
    } else if (country) yield* country.all
  }

  #compare(entry: Entry, other: Entry): void {
    const [a, b] = orderPair(entry.record, other.record)
    if (a.dataset === b.dataset || !this.options.isWanted(a.dataset, b.dataset)) return
    if (nearness(a, b) === null) return
    this.compared += 1
    const score = computeScore(a, b, this.options.minScore)
    if (score === null) return
    const pair = { a, b, score, kept: 0 }
    keepIfAmongBest(entry, other.record.dataset, pair)
    keepIfAmongBest(other, entry.record.dataset, pair)
  }

  #insert(entry: Entry): void {
    const { point, end } = entry.record
    const country = this.#countries.get(countryOf(entry.record)) ?? {
      all: new Set(),
      withoutPoint: new Set(),
    }
    this.#countries.set(countryOf(entry.record), country)
    country.all.add(entry)
    if (point) this.#grid.add(point, entry)
    else country.withoutPoint.add(entry)
    const lastDay = end + this.options.days
    const entries = this.#byLastDay.get(lastDay)
    if (entries) entries.push(entry)
    else this.#byLastDay.set(lastDay, [entry])
  }

  *#advanceTo(day: number): Generator<FoundLink> {
    if (day <= this.#today) return
    this.#today = day
    // The window has few days: checking each costs nothing.
    for (const [lastDay, entries] of this.#byLastDay) {
      if (lastDay >= day) continue
      this.#byLastDay.delete(lastDay)
      for (const entry of entries) yield* this.#remove(entry)
    }
  }

  *#remove(entry: Entry): Generator<FoundLink> {
    const { point } = entry.record
    if (point) this.#grid.remove(point, entry)
    const country = this.#countries.get(countryOf(entry.record))
    country?.all.delete(entry)
    country?.withoutPoint.delete(entry)
    for (const pairs of entry.best.values()) {
      for (const pair of pairs) {
        pair.kept += 1
        if (pair.kept === 2) yield pair
      }
    }
  }
}

/** Inserts a pair into a record's best with a data set, unless there are enough better ones. */
function keepIfAmongBest({ best }: Entry, dataset: string, pair: Pair): void {
  const pairs = best.get(dataset) ?? []
  best.set(dataset, pairs)
  let index = pairs.length
  while (index > 0 && compareLinks(pair, pairs[index - 1] as Pair) < 0) index -= 1
  pairs.splice(index, 0, pair)
  if (pairs.length > RULES.suggestions.value) pairs.pop()
}

/** Orders links by score, the best first, and then by ids; for `sort`. */
export function compareLinks(one: FoundLink, other: FoundLink): number {
  return other.score - one.score || compareIds(one.a.id, other.a.id) || compareIds(one.b.id, other.b.id)
}
