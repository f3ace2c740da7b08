import type { EventTypeId } from '../../event-types/event-type.schema.ts'
import type { Group } from '../../figures/figure.schema.ts'
import type { Interval } from '../../stats/intervals.ts'

/** What happened; `unknown` where the record does not say. */
export type EventType = EventTypeId | 'unknown'

const NUMBERS = new Intl.NumberFormat('en')
const DATES = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** A whole number as people read it. */
export function number(value: number): string {
  return NUMBERS.format(value)
}

/** So many of something. */
export function counted(value: number, one: string, several = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : several}`
}

/** A day, or the days from one to another, ends included. */
export function days(start: string, end: string): string {
  const [first, last] = [new Date(`${start}T00:00:00Z`), new Date(`${end}T00:00:00Z`)]
  return start === end ? DATES.format(first) : DATES.formatRange(first, last)
}

const INTERVALS: Partial<Record<Interval, Intl.DateTimeFormatOptions>> = {
  year: { year: 'numeric' },
  month: { year: 'numeric', month: 'short' },
}

/** An interval by its beginning, in seconds since 1970. */
export function intervalName(interval: Interval, start: number): string {
  const style = INTERVALS[interval] ?? { dateStyle: 'medium' }
  return new Intl.DateTimeFormat('en-GB', { ...style, timeZone: 'UTC' }).format(new Date(start * 1000))
}

/** Everything that the explorer says, in English. */
export const STRINGS = {
  title: 'Conflict incidents',
  documentation: 'API documentation',
  skip: 'Skip to the table',
  loading: 'Loading',
  unreachable: 'The service cannot be reached. What is shown may be out of date.',
  again: 'Try again',
  close: 'Close',

  filters: 'Filters',
  place: 'Place',
  placeHint: 'City to country, any script',
  actor: 'Actor',
  actorHint: 'Name or alias, any script',
  words: 'Words',
  wordsHint: 'Such as: police station',
  from: 'From',
  to: 'To',
  deathsMin: 'At least killed',
  deathsMax: 'At most killed',
  eventTypes: 'Event types',
  datasets: 'Data sets',
  within: 'Only what the map shows',
  reset: 'Clear all filters',
  remove: (what: string) => `Remove ${what}`,
  suggestions: (count: number) => counted(count, 'suggestion'),
  noSuggestions: 'No name like this',

  records: (count: number) => counted(count, 'record'),
  killed: 'Killed',
  injured: 'Injured',
  attacks: 'Attacks',
  nobodySaid: 'Nobody said',
  sideBySide:
    'Records of several data sets may tell of the same attacks: their sums stand side by side and are not added.',
  tolls: 'Reported totals, never added',
  accounted: (known: string, total: string) => `recorded incidents account for ${known} of ${total}`,

  map: 'Map',
  placesHelp:
    'A circle is a record, the larger the more were killed; a ring has several at one place. The table below has the same records.',
  clustersHelp:
    'A ring has the number of records around it: choose it to come nearer. The table below has the same records.',
  zoomIn: (count: number) => `${counted(count, 'record')}; zoom in`,
  here: (count: number) => `${counted(count, 'record')} here`,
  mapOf: (count: number) => `Map of ${counted(count, 'record')}; the table below has the same records`,
  withoutPosition: (count: number) => `${counted(count, 'record')} without a position: only in the table.`,
  borders: 'Borders',
  bordersNote:
    'Borders are drawn as Natural Earth has them, dashed, and say nothing about the status of any territory.',
  landSource: 'Land: Natural Earth',

  timeline: 'Timeline',
  timelineHelp: 'Drag across the timeline to choose a period.',
  timelineOf: (interval: Interval, count: number) => `${counted(count, 'record')} by ${interval}`,
  wholePeriod: 'Whole period',
  byInterval: { day: 'By day', week: 'By week', month: 'By month', quarter: 'By quarter', year: 'By year' },

  table: 'Records',
  date: 'Date',
  event: 'Event',
  dataset: 'Data set',
  next: 'Next page',
  first: 'First page',
  sortBy: (what: string) => `Sort by ${what}`,
  nothing: 'No record matches these filters.',
  didYouMean: 'Did you mean',

  record: 'Record',
  claims: 'Who says what',
  claimant: 'Claimant',
  claim: 'Claim',
  paragraph: (count: number) => `paragraph ${count}`,
  figures: 'Figures',
  atLeast: (count: number) => `at least ${number(count)}`,
  outOfOrder: 'Low, best and high are not in order; they are kept as the data set gives them.',
  actors: 'Actors',
  weapons: 'Weapons',
  sites: 'Sites',
  sources: 'Sources',
  parts: 'Includes',
  partOf: 'Part of',
  sameEvent: 'Same event in other data sets',
  citation: 'Cite as',
  licence: 'Licence',
  original: 'Row as imported',
  group: 'Several attacks that a source reports together',
  json: 'This record as JSON',

  download: 'Download',
  geojson: 'GeoJSON (first 1,000)',
  copyUrl: 'Copy URL',
  copyCurl: 'Copy curl',
  copied: 'Copied',

  groups: {
    civilians: 'Civilians',
    security_forces: 'Security forces',
    assailants: 'Assailants',
    unknown: 'Group not known',
  } satisfies Record<Group, string>,
  measures: {
    killed: 'killed',
    injured: 'injured',
    incidents: 'attacks',
    responsibility: 'responsible',
  },
  qualifiers: {
    exactly: '',
    at_least: 'at least',
    more_than: 'more than',
    about: 'about',
    some: 'some',
    declined_to_say: 'declined to say',
  },
  /** What happened; not every data set says so. */
  eventTypeNames: {
    battles: 'Battles',
    explosions_remote_violence: 'Explosions and remote violence',
    violence_against_civilians: 'Violence against civilians',
    protests: 'Protests',
    riots: 'Riots',
    strategic_developments: 'Strategic developments',
    unknown: 'Not known',
  } satisfies Record<EventType, string>,
} as const
