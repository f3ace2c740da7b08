import { type Cells, pointRange } from '../contract/cells.ts'
import { foldColumn, isHxlRow } from '../contract/columns.ts'
import { type Draft, type DraftActor, type DraftCasualties, distinctActors } from '../contract/draft.ts'
import type { Importer } from '../contract/importer.ts'
import type { RowResult } from '../contract/row-result.ts'
import { ACTOR_TYPES, CONTEXTS, MEANS, type Means, MOTIVES, readCategory } from './codes.ts'
import { readDates, readPlace } from './when-and-where.ts'

/** Numbers of aid workers affected, by the organisation that they worked for. */
const ORGANISATIONS = {
  un: 'UN',
  ingo: 'INGO',
  icrc: 'ICRC',
  nrcs_and_ifrc: 'NRCS and IFRC',
  nngo: 'NNGO',
  other: 'other',
} as const

/** Aid Worker Security Database: the incidents file of its web site and of the humanitarian exchange. */
export const aidWorkerSecurityImporter: Importer = {
  dataset: {
    id: 'awsd',
    name: 'Aid Worker Security Database (AWSD)',
    licence: 'CC BY, as on the Humanitarian Data Exchange',
    citation:
      'Humanitarian Outcomes (2005–): Aid Worker Security Database. https://www.aidworkersecurity.org.',
    description:
      'Major incidents of violence against aid workers worldwide from 1997; others who were harmed are not counted.',
    url: 'https://www.aidworkersecurity.org',
    terms: null,
  },
  origins: {
    id: ['incident_id'],
    description: ['details'],
    'actors.name': ['actor_name', 'actor_type'],
    'where.country': ['country_code', 'country'],
    'where.admin1': ['region'],
    'where.place': ['city'],
  },
  derivations: {
    fatalities: {
      columns: ['total_killed'],
      rule: 'The one number given is low, best and high; all are aid workers, who are civilians.',
    },
    injured: {
      columns: ['total_wounded'],
      rule: 'The one number given is low, best and high; all are aid workers, who are civilians.',
    },
    date_precision: {
      columns: ['year', 'month', 'day'],
      rule: 'The parts that are known.',
    },
    geo_precision: {
      columns: ['city', 'district', 'region'],
      rule: 'Near where a city is named, otherwise what is known of district and region.',
    },
  },
  tallied: {
    fatalities: { low: 'total_killed', best: 'total_killed', high: 'total_killed' },
    injured: { low: 'total_wounded', best: 'total_wounded', high: 'total_wounded' },
    country: 'country',
  },
  required: [
    'incident_id',
    'year',
    'month',
    'day',
    'country',
    'total_killed',
    'total_wounded',
    'total_kidnapped',
    'means_of_attack',
    'actor_type',
  ],
  reader(columns) {
    return (row) => {
      return isHxlRow(row) ? { skipped: 'HXL tags' } : readRow(columns.read(row))
    }
  },
}

function readRow(cells: Cells): RowResult<{ draft: Draft }> {
  const id = cells.required('incident_id').replace(/\.0+$/, '')
  if (id !== '' && !/^\d{1,12}$/.test(id)) cells.addError('incident_id', 'must be a whole number')
  const dates = readDates(cells)
  const place = readPlace(cells)
  const means = readCategory(cells, 'means_of_attack', MEANS, MEANS.unknown as Means)
  const context = readCategory(cells, 'attack_context', CONTEXTS, null)
  const hasMotive = readCategory(cells, 'motive', MOTIVES, false)
  const [killed, wounded] = [cells.count('total_killed'), cells.count('total_wounded')]
  const draft: Draft = {
    id,
    kind: 'incident',
    title: null,
    description: describe(cells, hasMotive),
    ...dates,
    part_of_day: null,
    ...place,
    incident_count: { low: 1, high: 1 },
    ...classify(means, context, (killed ?? 0) + (wounded ?? 0) > 0),
    weapons: means.isWeapon ? [cells.text('means_of_attack')] : [],
    actors: distinctActors([...readPerpetrator(cells), ...readVictims(cells)]),
    fatalities: buildCasualties(killed),
    injured: buildCasualties(wounded),
    sources: [],
  }
  return cells.errors.length > 0 ? { errors: cells.errors } : { draft }
}

/** Decides the event type; a kidnapping in which others were killed or wounded has no single sub-event type. */
function classify(
  { event_type, sub_event_type }: Means,
  context: 'riots' | null,
  isHarmed: boolean,
): Pick<Draft, 'event_type' | 'sub_event_type'> {
  if (event_type === null) return { event_type: context, sub_event_type: null }
  const isAbduction = sub_event_type === 'abduction_forced_disappearance'
  return { event_type, sub_event_type: isAbduction && isHarmed ? null : sub_event_type }
}

/** Aid workers are civilians, and nobody else is counted. */
function buildCasualties(number: number | null): DraftCasualties | null {
  return number === null ? null : { total: pointRange(number), by_group: { civilians: pointRange(number) } }
}

/** Reads a text; null where it is empty, `Unknown` or `Not applicable`. */
function readKnown(cells: Cells, column: string): string | null {
  const text = cells.text(column)
  return ['', 'unknown', 'not_applicable'].includes(foldColumn(text)) ? null : text
}

/** Reads who attacked, by its type where it has no name. */
function readPerpetrator(cells: Cells): DraftActor[] {
  const kind = readCategory(cells, 'actor_type', ACTOR_TYPES, null)
  const name = readKnown(cells, 'actor_name') ?? readKnown(cells, 'actor_type')
  if (name === null) return []
  return [{ name, kind: kind ?? 'unknown', role: 'perpetrator', attribution: 'reported' }]
}

/** Reads whose aid workers were affected. */
function readVictims(cells: Cells): DraftActor[] {
  return Object.entries(ORGANISATIONS)
    .filter(([column]) => (cells.count(column) ?? 0) > 0)
    .map(([, name]) => ({
      name: `Aid workers (${name})`,
      kind: 'civilians',
      role: 'target',
      attribution: null,
    }))
}

/** Adds to the details what no property of a record holds. */
function describe(cells: Cells, hasMotive: boolean): string | null {
  const place = ['city', 'district', 'region'].flatMap((column) => cells.optional(column) ?? [])
  const facts = {
    Nationals: countByOutcome(cells, 'nationals'),
    Internationals: countByOutcome(cells, 'internationals'),
    'Means of attack': readKnown(cells, 'means_of_attack'),
    'Attack context': readKnown(cells, 'attack_context'),
    Setting: readKnown(cells, 'location'),
    Motive: hasMotive ? cells.text('motive') : null,
    'Place as given': place.join(', ') || null,
    'Country as given': cells.text('country_code') ? null : cells.optional('country'),
    Source: cells.optional('source'),
    Verified: cells.optional('verified'),
  }
  const sentences = Object.entries(facts).filter(([, text]) => text !== null)
  const lines = [cells.text('details'), sentences.map(([label, text]) => `${label}: ${text}.`).join(' ')]
  return lines.filter(Boolean).join('\n') || null
}

/** Lists the numbers of one kind of staff above zero: `2 killed, 1 kidnapped`; null where there are none. */
function countByOutcome(cells: Cells, staff: 'nationals' | 'internationals'): string | null {
  const outcomes = ['killed', 'wounded', 'kidnapped', 'detained'] as const
  const numbers = outcomes.map((outcome) => ({ outcome, number: cells.count(`${staff}_${outcome}`) ?? 0 }))
  const given = numbers.filter(({ number }) => number > 0)
  return given.map(({ outcome, number }) => `${number} ${outcome}`).join(', ') || null
}
