import type { ACTOR_KINDS, ATTRIBUTIONS, ROLES } from '../../actors/actor.schema.ts'
import type { EventTypeId } from '../../event-types/event-type.schema.ts'
import type { Claim } from '../../figures/claim.schema.ts'
import type { Group } from '../../figures/figure.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { PLACE_MATCHES } from '../../incidents/provenance.schema.ts'
import type { PlaceKind } from '../../places/place.schema.ts'
import type { Interval } from '../../stats/intervals.ts'
import { formatCount, formatNumber } from './format.ts'

/** An event type; `unknown` for records without one. */
export type EventType = EventTypeId | 'unknown'

/** All texts of the page, in English. */
export const STRINGS = {
  title: 'Conflict incidents',
  documentation: 'API documentation',
  skip: 'Skip to the table',
  loading: 'Loading',
  unreachable: 'The service cannot be reached. The data shown may be out of date.',
  retry: 'Try again',
  close: 'Close',

  filters: 'Filters',
  place: 'Place',
  placeHint: 'City or country, any script',
  actor: 'Actor',
  actorHint: 'Name or alias, any script',
  searchText: 'Search text',
  searchTextHint: 'e.g. police station',
  dateFrom: 'Date: from',
  dateTo: 'Date: to',
  killedFrom: 'Killed: from',
  killedTo: 'Killed: to',
  eventTypes: 'Event types',
  datasets: 'Data sets',
  limitToMap: "Limit to the map's area",
  reset: 'Clear all filters',
  remove: (filter: string) => `Remove ${filter}`,
  suggestions: (count: number) => formatCount(count, 'suggestion'),
  noSuggestions: 'No match',

  records: 'Records',
  recordCount: (count: number) => formatCount(count, 'record'),
  killed: 'Killed',
  injured: 'Injured',
  attacks: 'Attacks',
  notRecorded: 'Not recorded',
  atLeast: (count: number) => `at least ${formatNumber(count)}`,
  totals: 'Totals',
  separateTotals: 'Data sets may describe the same attacks, so their totals are shown separately.',
  tolls: (count: number) =>
    `${formatCount(count, 'total')} reported by ${count === 1 ? 'a source' : 'sources'} (not added to the sums)`,
  accounted: (known: string, total: string) =>
    `incidents of the same source account for ${known} of ${total}`,
  otherDataset: (dataset: string, records: number, killed: string) =>
    `${dataset}: ${formatCount(records, 'record')} of the same place and period, ${killed} killed`,

  map: 'Map',
  singleRecordsHelp:
    'Each circle is one record; larger means more killed. Each double ring is several records at one location. The table below lists the same records.',
  clustersHelp:
    'Each ring groups nearby records. Click it to zoom in. The table below lists the same records.',
  zoomIn: (count: number) => `${formatCount(count, 'record')}; zoom in`,
  recordsHere: (count: number) => `${formatCount(count, 'record')} at this location`,
  mapOf: (count: number) => `Map of ${formatCount(count, 'record')}; the table below lists the same records`,
  withoutCoordinates: (count: number) =>
    `${formatCount(count, 'record')} without coordinates: listed only in the table.`,
  impreciseLocation: (count: number) =>
    `${formatCount(count, 'record')} known only to a district, division, country or wide area: listed only in the table.`,
  borders: 'Show borders',
  bordersNote:
    'Borders are those of Natural Earth. They imply no opinion on the legal status of any territory.',
  mapSource: 'Map data: Natural Earth',

  timeline: 'Timeline',
  timelineHelp: 'Drag across the timeline to select a period.',
  timelineOf: (interval: Interval, count: number) => `${formatCount(count, 'record')} by ${interval}`,
  allDates: 'Show all dates',
  byInterval: { day: 'By day', week: 'By week', month: 'By month', quarter: 'By quarter', year: 'By year' },

  date: 'Date',
  event: 'Event',
  dataset: 'Data set',
  nextPage: 'Next page',
  firstPage: 'First page',
  sortBy: (column: string) => `Sort by ${column}`,
  noRecords: 'No records match these filters.',
  didYouMean: 'Did you mean',

  record: 'Record',
  claims: 'Reported by',
  claimant: 'Claimant',
  claim: 'Claim',
  paragraph: (number: number) => `paragraph ${number}`,
  unorderedRange: 'Low, best and high are not in ascending order; they are shown as the data set gives them.',
  actors: 'Actors',
  weapons: 'Weapons',
  sites: 'Sites',
  sources: 'Sources',
  parts: 'Includes',
  partOf: 'Part of',
  sameEvent: 'Same event in other data sets',
  citation: 'Cite as',
  licence: 'Licence',
  derivation: 'How this was derived',
  originalRow: 'Original row',
  groupRecord: 'Several attacks reported together by one source',
  json: 'This record as JSON',

  download: 'Download',
  copyApiLink: 'Copy API link',
  copyCurl: 'Copy curl',
  copied: 'Copied',

  groups: {
    civilians: 'Civilians',
    security_forces: 'Security forces',
    assailants: 'Assailants',
    unknown: 'Unidentified victims',
  } satisfies Record<Group, string>,
  measures: { killed: 'killed', injured: 'injured', incidents: 'attacks' },
  qualifiers: {
    exactly: '',
    at_least: 'at least',
    more_than: 'more than',
    about: 'about',
    some: 'some',
  } satisfies Record<Exclude<Claim['qualifier'], 'declined_to_say'>, string>,
  claimsResponsibility: 'claims responsibility',
  namesResponsible: (actor: string) => `names ${actor} as responsible`,
  forSomeAttacks: 'for some attacks',
  unknownActor: 'an unknown actor',
  /** What a claimant declined to say; `group` is the plural of the people meant, or empty. */
  declined: {
    killed: (group: string) => join('declined to say how many', group, 'were killed'),
    injured: (group: string) => join('declined to say how many', group, 'were injured'),
    incidents: () => 'declined to say how many attacks there were',
    responsibility: () => 'declined to say who was responsible',
  } satisfies Record<Claim['measure'], (group: string) => string>,
  roles: {
    perpetrator: 'perpetrator',
    target: 'target',
    other: 'party to the clash',
  } satisfies Record<(typeof ROLES)[number], string>,
  attributions: {
    claimed: 'claimed',
    reported: 'reported',
    suspected: 'suspected',
    unknown: 'attribution unknown',
  } satisfies Record<(typeof ATTRIBUTIONS)[number], string>,
  actorKinds: {
    state_forces: 'state forces',
    rebel_group: 'rebel group',
    political_militia: 'political militia',
    identity_militia: 'identity militia',
    rioters: 'rioters',
    protesters: 'protesters',
    civilians: 'civilians',
    external_other_forces: 'external or other forces',
    unknown: 'actor type not recorded',
  } satisfies Record<(typeof ACTOR_KINDS)[number], string>,
  geoPrecisions: {
    exact: null,
    near: 'within about 25 km',
    admin2: 'known only to the district',
    admin1: 'known only to the province',
    country: 'known only to the country',
    unknown: 'location not known exactly',
  } satisfies Record<Incident['geo_precision'], string | null>,
  datePrecisions: {
    day: null,
    week: 'known only to the week',
    month: 'known only to the month',
    year: 'known only to the year',
    range: 'some time in this period',
  } satisfies Record<Incident['date_precision'], string | null>,
  placeMatches: {
    exact: 'Found in the gazetteer by this name',
    alias: 'Found in the gazetteer by another of its names',
    form: 'Found in the gazetteer without the word for its kind',
    division: 'Only the division is named or known',
    country: 'Only the country is named or known',
    created: 'In no gazetteer: a place of the data set',
  } satisfies Record<(typeof PLACE_MATCHES)[number], string>,
  violenceTypes: {
    state_based: 'State-based violence',
    non_state: 'Non-state violence',
    one_sided: 'One-sided violence',
  } satisfies Record<NonNullable<Incident['violence_type']>, string>,
  placeKinds: {
    district: 'district',
    city: 'city',
    admin1: 'province',
    country: 'country',
    area: 'area',
  } satisfies Record<PlaceKind, string>,
  eventTypeNames: {
    battles: 'Battles',
    explosions_remote_violence: 'Explosions and remote violence',
    violence_against_civilians: 'Violence against civilians',
    protests: 'Protests',
    riots: 'Riots',
    strategic_developments: 'Strategic developments',
    unknown: 'Event type not recorded',
  } satisfies Record<EventType, string>,
} as const

function join(...parts: string[]): string {
  return parts.filter(Boolean).join(' ')
}
