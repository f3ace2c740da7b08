import { type Cells, pointRange } from '../contract/cells.ts'
import { isHxlRow } from '../contract/columns.ts'
import { readDay } from '../contract/days.ts'
import { type Draft, type DraftActor, type DraftCasualties, distinctActors } from '../contract/draft.ts'
import type { Importer } from '../contract/importer.ts'
import type { RowResult } from '../contract/row-result.ts'
import { ESCALATIONS, EVENT_TYPES, type EventKind, REPRESSION, UNKNOWN_DEATHS } from './codes.ts'
import { readPlace } from './places.ts'

/** Social Conflict Analysis Database: the files of Africa and of Latin America. */
export const scadImporter: Importer = {
  dataset: {
    id: 'scad',
    name: 'Social Conflict Analysis Database (SCAD)',
    licence: 'SCAD terms of use; no commercial distribution',
    citation:
      'Salehyan, Idean, Cullen S. Hendrix, Jesse Hamner, Christina Case, Christopher Linebarger, Emily Stull, and Jennifer Williams (2012): Social Conflict in Africa: A New Database. International Interactions 38(4), 503–511.',
    description:
      'Protests, riots, strikes and other social conflict in Africa, Mexico, Central America and the Caribbean from 1990, one record for each place of an event.',
    url: 'https://www.strausscenter.org/ccaps-research-areas/social-conflict/database/',
    terms:
      "SCAD's terms of use require that every use names and cites it, and forbid distributing any part of it for a commercial purpose without its permission.",
  },
  origins: {
    id: ['eventid'],
    description: ['issuenote', 'notes'],
    'actors.name': ['actor1', 'actor2', 'actor3', 'target1', 'target2'],
    'where.country': ['ccode', 'countryname'],
    'where.admin1': ['ilocal', 'elocal'],
    'where.place': ['ilocal', 'elocal'],
  },
  derivations: {
    fatalities: {
      columns: ['ndeath', 'sublocal'],
      rule: 'The one number given is low, best and high, and counts at the first place of an event of several.',
    },
    date_precision: {
      columns: ['startdate', 'enddate'],
      rule: 'The day where both are the same, otherwise a range.',
    },
    geo_precision: {
      columns: ['locnum', 'location_precision'],
      rule: 'A settlement is exact unless the file calls the location approximate; a state or province is the province.',
    },
  },
  tallied: { country: 'countryname' },
  required: [
    'eventid',
    'countryname',
    'startdate',
    'enddate',
    'etype',
    'actor1',
    'target1',
    'ndeath',
    'elocal',
    'locnum',
  ],
  reader(columns) {
    const distinguish = createIdSource()
    return (row) => {
      if (isHxlRow(row)) return { skipped: 'HXL tags' }
      const cells = columns.read(row)
      if (/^-9(\.0+)?$/.test(cells.text('etype'))) return { skipped: 'an armed conflict of UCDP' }
      const result = readRow(cells)
      return 'draft' in result ? { draft: { ...result.draft, id: distinguish(result.draft) } } : result
    }
  },
}

/**
 * SCAD itself gives a few numbers to two events: the later in the file gets its first day as a suffix. A row that
 * repeats the day as well keeps the id, and is rejected as a repetition.
 */
function createIdSource(): (draft: Draft) => string {
  const firstDays = new Map<string, string>()
  return ({ id, date_start }) => {
    const first = firstDays.get(id)
    if (first === undefined) firstDays.set(id, date_start)
    return first === undefined || first === date_start ? id : `${id}-${date_start}`
  }
}

const UNKNOWN_KIND: EventKind = { isViolent: false, event_type: null }

function readRow(cells: Cells): RowResult<{ draft: Draft }> {
  const event = cells.required('eventid').replace(/\.0+$/, '')
  if (event !== '' && !/^\d{1,12}$/.test(event)) cells.addError('eventid', 'must be a whole number')
  const index = readIndex(cells)
  const { isViolent, event_type } = cells.code<EventKind>('etype', EVENT_TYPES, UNKNOWN_KIND)
  const escalation = cells.code('escalation', ESCALATIONS, 0)
  const repression = cells.code<string | null>('repress', REPRESSION, null)
  const [start, end] = [readDay(cells, 'startdate'), readDay(cells, 'enddate')]
  if (start !== null && end !== null && end < start) cells.addError('enddate', 'must not be before startdate')
  const date_start = start ?? '1970-01-01'
  const date_end = end ?? date_start
  const fatalities = readDeaths(cells)
  const draft: Draft = {
    id: index === 1 ? event : `${event}-${index}`,
    kind: 'incident',
    title: null,
    description: describe(cells, { event, index, repression }),
    date_start,
    date_end,
    date_precision: date_start === date_end ? 'day' : 'range',
    part_of_day: null,
    ...readPlace(cells),
    // Every row of an event repeats its deaths: they, and the event, count at its first place only.
    incident_count: index === 1 ? { low: 1, high: 1 } : { low: 0, high: 0 },
    event_type: decideEventType(event_type, escalation),
    sub_event_type: null,
    weapons: [],
    actors: readActors(cells, isViolent),
    fatalities: index === 1 ? fatalities : null,
    injured: null,
    sources: readSources(cells),
  }
  return cells.errors.length > 0 ? { errors: cells.errors } : { draft }
}

/** Reads `sublocal`, which numbers the places of an event from 1; older files have none. */
function readIndex(cells: Cells): number {
  const text = cells.text('sublocal').replace(/\.0+$/, '')
  if (text === '') return 1
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  cells.addError('sublocal', 'must be a whole number from 1')
  return 1
}

/** A demonstration that turned into a riot is a riot; one that turned into anything else has no one type. */
function decideEventType(type: Draft['event_type'], escalation: number): Draft['event_type'] {
  if (type !== 'protests' || [0, 1, 2].includes(escalation)) return type
  return escalation === 3 || escalation === 4 ? 'riots' : null
}

/** Reads the number of deaths; null where SCAD knows only that there may have been some. */
function readDeaths(cells: Cells): DraftCasualties | null {
  const text = cells.text('ndeath').replace(/\.0+$/, '')
  if (UNKNOWN_DEATHS.includes(text)) return null
  if (text.startsWith('-')) {
    cells.addError('ndeath', `must be a number of deaths, or one of ${UNKNOWN_DEATHS.join(', ')}`)
    return null
  }
  const number = cells.count('ndeath')
  return number === null ? null : { total: pointRange(number), by_group: { unknown: pointRange(number) } }
}

/** Reads both sides. Those who demonstrate or strike attack nobody, and their opponent is not attacked. */
function readActors(cells: Cells, isViolent: boolean): DraftActor[] {
  const read = (columns: readonly string[], role: DraftActor['role']) =>
    columns
      .map((column) => cells.text(column))
      .filter((name) => !/^(?:|none|unknown|n\/a|-99)$/i.test(name))
      .map((name): DraftActor => {
        const grounds = /^(?:unknown|unidentified)\b/i.test(name) ? 'unknown' : 'reported'
        // SCAD codes no kind.
        return { name, kind: 'unknown', role, attribution: role === 'perpetrator' ? grounds : null }
      })
  return distinctActors([
    ...read(['actor1', 'actor2', 'actor3'], isViolent ? 'perpetrator' : 'other'),
    ...read(['target1', 'target2'], isViolent ? 'target' : 'other'),
  ])
}

/** `nsource` by agency; older rows have numbers, whose meaning is not certain. */
const AGENCIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['ap', ['AP']],
  ['afp', ['AFP']],
  ['both', ['AP', 'AFP']],
])

function readSources(cells: Cells): Draft['sources'] {
  const agencies = AGENCIES.get(cells.text('nsource').toLowerCase()) ?? []
  return agencies.map((publisher) => ({ publisher, title: null, url: null, published_date: null }))
}

function describe(
  cells: Cells,
  { event, index, repression }: { event: string; index: number; repression: string | null },
): string | null {
  const [places, place, remark] = [cells.text('elocal'), cells.text('ilocal'), cells.text('notes')]
  const lines = [
    cells.text('issuenote'),
    repression && `Repression by the government: ${repression}.`,
    place && `Place: ${place}.`,
    places && places !== place && `Places of the event: ${places}.`,
    index > 1 && `Place ${index} of event ${event}; its deaths are in the record of place 1.`,
    remark && `Coder's note: ${remark}`,
  ]
  return lines.filter(Boolean).join('\n') || null
}
