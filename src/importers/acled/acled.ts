import { createRequire } from 'node:module'
import { type Cells, pointRange } from '../contract/cells.ts'
import { isHxlRow } from '../contract/columns.ts'
import { monthAround, type Period, readDay, windowAround } from '../contract/days.ts'
import type { Draft } from '../contract/draft.ts'
import type { Importer } from '../contract/importer.ts'
import type { RowResult } from '../contract/row-result.ts'
import { readAcledActors, readAcledKind, splitList } from './actors.ts'
import { readAcledEventType } from './event-types.ts'

// CommonJS that loads JSON: required, because importing JSON warns on Node 20.
const iso3166 = createRequire(import.meta.url)('i18n-iso-countries') as typeof import('i18n-iso-countries')

/** `event_id_cnty`: a code of the country and a number, which older releases put first. */
const ID = {
  pattern: /^(?:[a-z]{2,}\d+|\d+[a-z]{2,})$/i,
  form: 'letters of the country and a number',
  example: 'IRQ1234',
}

/** `time_precision` (ACLED Codebook 2024): the day; within a week; within a month. */
const DATE_PRECISION = { 1: 'day', 2: 'week', 3: 'month' } as const

/** `geo_precision`: the place; a town that represents the area; a larger region. */
const GEO_PRECISION = { 1: 'exact', 2: 'near', 3: 'admin1', '': 'unknown' } as const

/** ACLED: the current export format and the older ones with upper-case column names. */
export const acledImporter: Importer = {
  dataset: {
    id: 'acled',
    name: 'Armed Conflict Location & Event Data (ACLED)',
    licence: 'ACLED terms of use; redistribution is not permitted',
    citation:
      'Raleigh, Clionadh, Roudabeh Kishi, and Andrew Linke (2023): Political instability patterns are obscured by conflict dataset scope conditions, sources, and coding choices. Humanities and Social Sciences Communications 10, 74. Data: ACLED, https://acleddata.com.',
    description:
      'Political violence, demonstrations and strategic developments worldwide, one record for each day, place and pair of actors.',
    url: 'https://acleddata.com',
    terms:
      'ACLED gives its data to registered users under its terms of use. They forbid passing the records on: do not serve them to anyone whom your agreement does not cover. Commercial use needs an agreement of its own, and every use must name ACLED.',
  },
  origins: {
    id: ['event_id_cnty'],
    description: ['notes'],
    'actors.name': ['actor1', 'actor2', 'assoc_actor_1', 'assoc_actor_2', 'ally_actor_1', 'ally_actor_2'],
    'where.country': ['iso3', 'country'],
    'where.admin1': ['admin1'],
    'where.place': ['location'],
  },
  derivations: {
    fatalities: {
      columns: ['fatalities'],
      rule: 'The one number given is low, best and high.',
    },
    'fatalities.by_group': {
      columns: ['fatalities'],
      rule: 'The group is not coded: unknown.',
    },
    date_precision: {
      columns: ['event_date', 'time_precision'],
      rule: 'time_precision 1 is the day, 2 the week around it, 3 its month.',
    },
    geo_precision: {
      columns: ['geo_precision'],
      rule: '1 is exact, 2 near, 3 the province.',
    },
  },
  tallied: {
    fatalities: { low: 'fatalities', best: 'fatalities', high: 'fatalities' },
    days: ['event_date', 'event_date'],
    country: 'country',
  },
  required: [
    'event_id_cnty',
    'event_date',
    'time_precision',
    'event_type',
    'actor1',
    'inter1',
    'actor2',
    'inter2',
    'country',
    'location',
    'fatalities',
  ],
  reader(columns) {
    return (row) => {
      return isHxlRow(row) ? { skipped: 'HXL tags' } : readRow(columns.read(row))
    }
  },
}

function readRow(cells: Cells): RowResult<{ draft: Draft }> {
  const kinds = [readAcledKind(cells, 'inter1'), readAcledKind(cells, 'inter2')] as const
  const types = readAcledEventType(cells, kinds)
  const date_precision = cells.code('time_precision', DATE_PRECISION, 'day')
  const geo_precision = cells.code('geo_precision', GEO_PRECISION, 'unknown')
  const id = cells.id('event_id_cnty', ID)
  const { start, end } = readPeriod(cells, date_precision)
  const latitude = cells.degrees('latitude', 90)
  const longitude = cells.degrees('longitude', 180)
  const deaths = cells.count('fatalities')
  const draft: Draft = {
    id,
    kind: 'incident',
    title: null,
    description: cells.optional('notes'),
    date_start: start,
    date_end: end,
    date_precision,
    part_of_day: null,
    where: {
      country: cells.required('country'),
      ...readIso(cells),
      admin1: cells.optional('admin1'),
      // A larger region is coded to its capital, which is then not where it happened.
      place: geo_precision === 'admin1' ? null : cells.optional('location'),
      latitude: longitude === null ? null : latitude,
      longitude: latitude === null ? null : longitude,
    },
    geo_precision,
    incident_count: { low: 1, high: 1 },
    ...types,
    weapons: [],
    actors: readAcledActors(cells, kinds, types),
    fatalities:
      deaths === null ? null : { total: pointRange(deaths), by_group: { unknown: pointRange(deaths) } },
    injured: null,
    sources: [...new Set(splitList(cells, 'source'))].map((publisher) => ({
      publisher,
      title: null,
      url: null,
      published_date: null,
    })),
  }
  return cells.errors.length > 0 ? { errors: cells.errors } : { draft }
}

/**
 * The days on which it may have happened. `event_date` is the middle of a week or "similar period"; of a month
 * it is the middle, too, or the first or last day.
 */
function readPeriod(cells: Cells, precision: 'day' | 'week' | 'month'): Period {
  const day = readDay(cells, 'event_date')
  if (day === null) return { start: '1970-01-01', end: '1970-01-01' }
  const year = cells.whole('year')
  if (year !== '' && year !== day.slice(0, 4))
    cells.addError('year', `must be the year of event_date, ${day}`)
  if (precision === 'week') return windowAround(day, 3)
  return precision === 'month' ? monthAround(day) : { start: day, end: day }
}

/** The code of ISO 3166-1; 0 or a code of no country, as of Kosovo, leaves the country to its name. */
function readIso(cells: Cells): { iso?: string } {
  const numeric = cells.text('iso').replace(/\.0+$/, '')
  if (!/^\d{0,3}$/.test(numeric)) cells.addError('iso', 'must be a numeric code of ISO 3166-1, such as 368')
  const given = cells.text('iso3')
  const iso =
    iso3166.numericToAlpha3(numeric.padStart(3, '0')) ?? (/^[A-Z]{3}$/.test(given) ? given : undefined)
  return iso ? { iso } : {}
}
