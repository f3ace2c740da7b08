import type { Group, Range } from '../../figures/figure.schema.ts'
import { sumRanges } from '../../figures/rules.ts'
import { fold } from '../../text/fold.ts'
import { type Cells, pointRange } from '../contract/cells.ts'
import { isHxlRow } from '../contract/columns.ts'
import { readDay } from '../contract/days.ts'
import type { Draft, DraftActor, DraftCasualties, DraftSource } from '../contract/draft.ts'
import type { Importer, Release } from '../contract/importer.ts'
import type { RowResult } from '../contract/row-result.ts'

/** `type_of_violence` (UCDP GED Codebook). */
const TYPES = { 1: 'state_based', 2: 'non_state', 3: 'one_sided' } as const
type Type = (typeof TYPES)[keyof typeof TYPES]

const ID = { pattern: /^\d+$/, form: 'digits', example: '238325' }

/** `date_prec`: the day; 2 to 6 days; a week; a month; more than a month, within the dates given. */
const DATE_PRECISION = { 1: 'day', 2: 'range', 3: 'week', 4: 'month', 5: 'range' } as const

/** `where_prec`: the place; within 25 km of it; admin2; admin1; a line or fuzzy area; the country; sea or air. */
const GEO_PRECISION = {
  1: 'exact',
  2: 'near',
  3: 'admin2',
  4: 'admin1',
  5: 'unknown',
  6: 'country',
  7: 'unknown',
} as const

/**
 * UCDP Georeferenced Event Dataset: all column sets from 19.1 on, the humanitarian exchange's country files, and the
 * candidate releases, whose columns and ids are the same.
 */
export const ucdpGedImporter: Importer = {
  dataset: {
    id: 'ucdp-ged',
    name: 'UCDP Georeferenced Event Dataset',
    licence: 'CC BY 4.0',
    citation:
      'Sundberg, Ralph, and Erik Melander (2013): Introducing the UCDP Georeferenced Event Dataset. Journal of Peace Research 50(4), 523–532.',
    description:
      'Individual events of organised violence with at least one death, from 1989 (Syria from 2011).',
    url: 'https://ucdp.uu.se/downloads/',
    terms: null,
  },
  kindStyle: 'appended',
  origins: {
    id: ['id'],
    'conflict.id': ['conflict_new_id'],
    'conflict.name': ['conflict_name'],
    'dyad.id': ['dyad_new_id'],
    'dyad.name': ['dyad_name'],
    description: ['where_description', 'code_status'],
    'actors.name': ['side_a', 'side_b'],
    'where.country': ['iso3', 'country'],
    'where.admin1': ['adm_1'],
    'where.place': ['where_coordinates'],
  },
  derivations: {
    fatalities: {
      columns: ['low', 'best', 'high'],
      rule: 'As given, also where low, best and high are out of order.',
    },
    'fatalities.by_group': {
      columns: [
        'deaths_a',
        'deaths_b',
        'deaths_civilians',
        'deaths_unknown',
        'type_of_violence',
        'side_a',
        'side_b',
      ],
      rule: 'Deaths of a side count for its group: security forces of a government, assailants of an attacker or rebel group, civilians who are attacked, otherwise unknown.',
    },
    date_precision: {
      columns: ['date_start', 'date_end', 'date_prec'],
      rule: 'The dates as given; date_prec 1 is the day, 3 a week, 4 a month, 2 and 5 a range.',
    },
    geo_precision: {
      columns: ['where_prec', 'where_coordinates'],
      rule: 'where_prec 1 is exact, 2 within 25 km, 3 the district, 4 the province, 6 the country, 5 and 7 unknown; a part of the country or a border is unknown.',
    },
  },
  tallied: {
    fatalities: { low: 'low', best: 'best', high: 'high' },
    days: ['date_start', 'date_end'],
    country: 'country',
  },
  required: [
    'id',
    'type_of_violence',
    'side_a',
    'side_b',
    'deaths_a',
    'deaths_b',
    'best',
    'low',
    'high',
    'date_start',
    'date_end',
  ],
  parseRelease,
  reader(columns) {
    return (row) => {
      return isHxlRow(row) ? { skipped: 'HXL tags' } : readRow(columns.read(row))
    }
  },
}

/**
 * Parses `GEDEvent_v25_1.csv` and `ged251-csv.zip` (yearly), `GEDEvent_v26_0_8.csv` (the candidate events of a month)
 * and `GEDEvent_v26_01_26_06.csv` (of several).
 */
function parseRelease(fileName: string): Release | null {
  const packed = /^ged(\d\d)(\d)-/i.exec(fileName)
  const digits = packed?.slice(1) ?? /^gedevent_v(\d\d(?:_\d\d?){1,3})\b/i.exec(fileName)?.[1]?.split('_')
  return digits ? { version: digits.join('.'), isPartial: digits.length > 2 } : null
}

/** Reads what is known of the place, and the coding status where it is in doubt, as of some candidate events. */
function readDescription(cells: Cells): string | null {
  const status = cells.text('code_status')
  const doubt = status === '' || /^clear$/i.test(status) ? '' : `Coding status: ${status}.`
  return [cells.text('where_description'), doubt].filter(Boolean).join('\n') || null
}

function readRow(cells: Cells): RowResult<{ draft: Draft }> {
  const type = cells.code<Type>('type_of_violence', TYPES, 'state_based')
  const isGroup = cells.code('event_clarity', { 1: false, 2: true, '': false }, false)
  const [start, end] = [readDay(cells, 'date_start'), readDay(cells, 'date_end')]
  const date_start = start ?? '1970-01-01'
  // A wrong date_end is reported once, not also as being before date_start.
  const date_end = end ?? date_start
  if (start !== null && date_end < start) cells.addError('date_end', 'must not be before date_start')
  const stated = cells.code('where_prec', GEO_PRECISION, 'unknown')
  const id = cells.id('id', ID)
  // A place is named only where it is known; elsewhere the column repeats the division or the country.
  const placed = (stated === 'exact' || stated === 'near') && !namesPartOfCountry(cells)
  const latitude = cells.degrees('latitude', 90)
  const longitude = cells.degrees('longitude', 180)
  const draft: Draft = {
    id,
    kind: isGroup ? 'group' : 'incident',
    title: null,
    description: readDescription(cells),
    date_start,
    date_end,
    date_precision: cells.code('date_prec', DATE_PRECISION, 'range'),
    part_of_day: null,
    where: {
      country: cells.required('country'),
      ...readIso(cells),
      admin1: cells.optional('adm_1'),
      place: placed ? cells.optional('where_coordinates') : null,
      latitude: longitude === null ? null : latitude,
      longitude: latitude === null ? null : longitude,
    },
    geo_precision: placed || (stated !== 'exact' && stated !== 'near') ? stated : 'unknown',
    // The code book does not say how many events an aggregated report holds.
    incident_count: isGroup ? { low: 1, high: null } : { low: 1, high: 1 },
    event_type: null,
    sub_event_type: null,
    violence_type: type,
    conflict: readNamed(cells, 'conflict'),
    dyad: readNamed(cells, 'dyad'),
    weapons: [],
    actors: readActors(cells, type),
    fatalities: readFatalities(cells, type),
    injured: null,
    sources: readSources(cells),
  }
  return cells.errors.length > 0 ? { errors: cells.errors } : { draft }
}

/** Reads the id and name of a conflict or dyad; older files have names without ids that last, and none is taken. */
function readNamed(cells: Cells, what: 'conflict' | 'dyad'): { id: string; name: string } | null {
  const [id, name] = [cells.whole(`${what}_new_id`), cells.text(`${what}_name`)]
  if (id === '' || name === '') return null
  if (!/^\d+$/.test(id)) cells.addError(`${what}_new_id`, 'must be digits, such as 259')
  return { id: `ucdp:${id}`, name }
}

/** Whether the place is a part of the country or its border, such as `Northern Iraq`, whatever precision is stated. */
function namesPartOfCountry(cells: Cells): boolean {
  const place = fold(cells.text('where_coordinates'))
  const direction = /^(?:(?:north|south|east|west)+(?:ern)? |central )+/
  return / border$/.test(place) || place.replace(direction, '') === fold(cells.text('country'))
}

/** The humanitarian exchange's files have a column of ISO codes. */
function readIso(cells: Cells): { iso?: string } {
  const iso = cells.text('iso3')
  return /^[A-Z]{3}$/.test(iso) ? { iso } : {}
}

const isGovernment = (name: string) => /^government of\b/i.test(name)

/** Reads the sides. Only one-sided violence has a known attacker; in the other types both sides took part. */
function readActors(cells: Cells, type: Type): DraftActor[] {
  const findKind = (name: string): DraftActor['kind'] => {
    if (isGovernment(name)) return 'state_forces'
    if (/^civilians$/i.test(name)) return 'civilians'
    return type === 'state_based' ? 'rebel_group' : 'unknown'
  }
  const side = (column: string, role: DraftActor['role']): DraftActor => {
    const name = cells.required(column)
    return { name, kind: findKind(name), role, attribution: role === 'perpetrator' ? 'reported' : null }
  }
  return type === 'one_sided'
    ? [side('side_a', 'perpetrator'), side('side_b', 'target')]
    : [side('side_a', 'other'), side('side_b', 'other')]
}

/** Reads the deaths; those of a side go to the group that the side belongs to, or to `unknown`. */
function readFatalities(cells: Cells, type: Type): DraftCasualties {
  const total: Range = {
    low: cells.requiredCount('low'),
    best: cells.requiredCount('best'),
    high: cells.requiredCount('high'),
  }
  const findGroup = (column: 'side_a' | 'side_b'): Group => {
    if (type === 'one_sided') return column === 'side_a' ? 'assailants' : 'civilians'
    if (isGovernment(cells.text(column))) return 'security_forces'
    return type === 'state_based' ? 'assailants' : 'unknown'
  }
  const by_group: DraftCasualties['by_group'] = {}
  const add = (group: Group, column: string) => {
    by_group[group] = sumRanges([by_group[group] ?? pointRange(0), pointRange(cells.count(column) ?? 0)])
  }
  add(findGroup('side_a'), 'deaths_a')
  add(findGroup('side_b'), 'deaths_b')
  add('civilians', 'deaths_civilians')
  add('unknown', 'deaths_unknown')
  return { total, by_group }
}

/** Reads the articles, separately where office, date and headline have as many parts; else the citation as a whole. */
function readSources(cells: Cells): DraftSource[] {
  const parts = (column: string) =>
    cells
      .text(column)
      .split(';')
      .map((part) => part.trim())
  const [offices, dates, headlines] = [parts('source_office'), parts('source_date'), parts('source_headline')]
  const isAligned =
    offices.length === dates.length &&
    offices.length === headlines.length &&
    offices.every((office) => office !== '')
  if (isAligned) {
    return offices.map((publisher, index) => {
      const date = (dates[index] ?? '').slice(0, 10)
      return {
        publisher,
        title: headlines[index] || null,
        url: null,
        published_date: /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null,
      }
    })
  }
  const whole = cells.optional('source_article')
  return whole === null
    ? []
    : [{ publisher: offices[0] || 'not recorded', title: whole, url: null, published_date: null }]
}
