import type { ACTOR_KINDS, ATTRIBUTIONS, ROLES } from '../actors/actor.schema.ts'
import type { Dataset } from '../datasets/dataset.schema.ts'
import type { EventTypeId, SubEventTypeId } from '../event-types/event-type.schema.ts'
import type { CountRange, Group, Range } from '../figures/figure.schema.ts'
import type { DATE_PRECISIONS, GEO_PRECISIONS, INCIDENT_KINDS } from '../incidents/incident.schema.ts'

/** What a data set says of one incident, in our words, its names not yet looked up. Null: it does not say. */
export interface Draft {
  /** The id in the data set. */
  id: string
  kind: (typeof INCIDENT_KINDS)[number]
  title: string | null
  description: string | null
  /** First and last day, YYYY-MM-DD. */
  date_start: string
  date_end: string
  date_precision: (typeof DATE_PRECISIONS)[number]
  part_of_day: string | null
  where: Where
  geo_precision: (typeof GEO_PRECISIONS)[number]
  incident_count: CountRange
  event_type: EventTypeId | null
  sub_event_type: SubEventTypeId | null
  weapons: string[]
  actors: DraftActor[]
  fatalities: DraftCasualties | null
  injured: DraftCasualties | null
  sources: DraftSource[]
}

/** Where, as the data set names it. */
export interface Where {
  /** The country's name or ISO 3166-1 code. */
  country: string
  admin1: string | null
  /** The city, town, village or district; null where the data set knows no more than the division. */
  place: string | null
  latitude: number | null
  longitude: number | null
}

/** An actor, as the data set names it. */
export interface DraftActor {
  name: string
  kind: (typeof ACTOR_KINDS)[number]
  role: (typeof ROLES)[number]
  attribution: (typeof ATTRIBUTIONS)[number] | null
}

/** Figures as given: in total, and by the groups that the data set tells apart. */
export interface DraftCasualties {
  total: Range
  by_group: Partial<Record<Group, Range>>
}

/** A source, as the data set names it. */
export interface DraftSource {
  publisher: string
  title: string | null
  url: string | null
  published_date: string | null
}

/** One thing that is wrong with one cell. */
export interface CellFault {
  column: string
  value: string
  /** What is wrong and what would be right. */
  reason: string
}

/** The fate of a row: a record, a row that is none (a tag row), or everything that is wrong with it. */
export type Fate = { draft: Draft } | { skipped: string } | { faults: CellFault[] }

/** What is known of a data set before a file is read. */
export type DatasetIdentity = Pick<
  Dataset,
  'id' | 'name' | 'licence' | 'citation' | 'description' | 'url'
> & {
  /** What the user must know of its terms before importing; null where it may be used freely. */
  terms: string | null
}

/** A data set's format. */
export interface Importer {
  dataset: DatasetIdentity
  /** Columns that a file of this format must have, folded by {@link foldColumn}; they tell it from the others. */
  required: readonly string[]
  /** Reads the cells of one row of a file with this header. Never throws for what is in a cell. */
  reader(columns: Columns): (row: readonly string[]) => Fate
}

/** Column names are compared in lower case, with anything but letters and digits as one underscore. */
export function foldColumn(name: string): string {
  return name
    .replace(/^\ufeff/, '')
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}

/** A file's header: where each column stands. */
export class Columns {
  readonly #positions: ReadonlyMap<string, number>

  constructor(readonly names: readonly string[]) {
    // Of columns of the same name the first counts.
    this.#positions = new Map(names.map((name, index) => [foldColumn(name), index] as const).toReversed())
  }

  has(column: string): boolean {
    return this.#positions.has(column)
  }

  /** A row's cells by folded column name; an absent column and an empty cell are both empty text. */
  cells(row: readonly string[]): (column: string) => string {
    return (column) => {
      const position = this.#positions.get(column)
      return position === undefined ? '' : (row[position] ?? '').trim()
    }
  }
}
