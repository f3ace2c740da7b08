import type { Range } from '../../figures/figure.schema.ts'
import type { Cells } from '../contract/cells.ts'
import { foldColumn } from '../contract/columns.ts'
import type { Draft, DraftCasualties } from '../contract/draft.ts'
import type { Importer } from '../contract/importer.ts'
import type { RowResult } from '../contract/row-result.ts'
import { readGtdActors, readGtdWeapons } from './actors.ts'
import { readFlag, readGtdDates, readKnown, readPeople } from './cells.ts'
import { COUNTRIES, FORMER_COUNTRIES } from './codes.ts'
import { ATTACK_TYPES, type Attack, classifyAttack } from './event-types.ts'
import { readGtdSources } from './sources.ts'

/** `eventid`: the day and a number. */
const ID = { pattern: /^\d{12}$/, form: '12 digits', example: '201701020001' }

/** `specificity` (GTD Codebook 2021): the place; its district's centre; a district; a division; only the country. */
const GEO_PRECISION = {
  1: 'exact',
  2: 'admin2',
  3: 'admin2',
  4: 'admin1',
  5: 'country',
  '': 'unknown',
} as const

/** Global Terrorism Database: the file of 135 columns that START distributes. */
export const gtdImporter: Importer = {
  dataset: {
    id: 'gtd',
    name: 'Global Terrorism Database (GTD)',
    licence: 'START end user licence; redistribution is not permitted',
    citation:
      'START (National Consortium for the Study of Terrorism and Responses to Terrorism), University of Maryland (2022): Global Terrorism Database 1970–2020 [data file]. https://www.start.umd.edu/gtd.',
    description:
      'Terrorist attacks by non-state actors worldwide from 1970 (1993 is lost), as collected by START.',
    url: 'https://www.start.umd.edu/gtd',
    terms:
      'START gives the GTD to each user under an end user licence for non-commercial research. It forbids passing the records on: do not serve them to anyone whom your licence does not cover. Commercial use needs a licence of its own, and every use must name START.',
  },
  origins: {
    id: ['eventid'],
    description: ['summary'],
    weapons: ['weapdetail'],
    'actors.name': ['gname', 'gname2', 'gname3', 'target1'],
    'where.country': ['country_txt'],
    'where.admin1': ['provstate'],
    'where.place': ['city'],
  },
  derivations: {
    fatalities: {
      columns: ['nkill'],
      rule: 'The one number given is low, best and high; without one nothing is recorded.',
    },
    'fatalities.by_group': {
      columns: ['nkill', 'nkillter'],
      rule: 'nkillter are assailants; of the others the group is unknown.',
    },
    injured: {
      columns: ['nwound'],
      rule: 'The one number given is low, best and high; without one nothing is recorded.',
    },
    'injured.by_group': {
      columns: ['nwound', 'nwoundte'],
      rule: 'nwoundte are assailants; of the others the group is unknown.',
    },
    date_precision: {
      columns: ['iyear', 'imonth', 'iday', 'approxdate', 'resolution'],
      rule: 'The parts that are known; approximate dates and the end of longer incidents as the code book says.',
    },
    geo_precision: {
      columns: ['specificity', 'vicinity'],
      rule: 'specificity 1 is exact, or near where the incident was outside the city.',
    },
  },
  tallied: {
    fatalities: { low: 'nkill', best: 'nkill', high: 'nkill' },
    injured: { low: 'nwound', best: 'nwound', high: 'nwound' },
    country: 'country_txt',
  },
  required: [
    'eventid',
    'iyear',
    'imonth',
    'iday',
    'country_txt',
    'attacktype1_txt',
    'gname',
    'nkill',
    'nwound',
  ],
  reader: (columns) => (row) => readRow(columns.read(row)),
}

function readRow(cells: Cells): RowResult<{ draft: Draft }> {
  const notes: string[] = []
  const id = cells.id('eventid', ID)
  const dates = readGtdDates(cells, notes)
  const specificity = cells.code('specificity', GEO_PRECISION, 'unknown')
  const outside = readFlag(cells, 'vicinity')
  const latitude = cells.degrees('latitude', 90)
  const longitude = cells.degrees('longitude', 180)
  const where: Draft['where'] = {
    country: readCountry(cells, notes),
    admin1: readKnown(cells, 'provstate'),
    place: readKnown(cells, 'city'),
    latitude: longitude === null ? null : latitude,
    longitude: latitude === null ? null : longitude,
  }
  const fatalities = readCasualties(cells, 'nkill', 'nkillter', notes)
  const injured = readCasualties(cells, 'nwound', 'nwoundte', notes)
  const attack = readAttack(cells, [fatalities, injured])
  const [event_type, sub_event_type] = classifyAttack(attack)
  notes.push(...readRemarks(cells, attack))
  const draft: Draft = {
    id,
    kind: 'incident',
    title: null,
    description: [cells.text('summary'), ...notes].filter(Boolean).join('\n') || null,
    ...dates,
    part_of_day: null,
    where,
    geo_precision: specificity === 'exact' && outside ? 'near' : specificity,
    incident_count: { low: 1, high: 1 },
    event_type,
    sub_event_type,
    weapons: readGtdWeapons(cells),
    actors: readGtdActors(cells),
    fatalities,
    injured,
    sources: readGtdSources(cells),
  }
  return cells.errors.length > 0 ? { errors: cells.errors } : { draft }
}

/** Reads the country, by ISO code where ISO has another name; the name of a former state goes into the notes. */
function readCountry(cells: Cells, notes: string[]): string {
  const name = cells.required('country_txt')
  const successor = Object.hasOwn(FORMER_COUNTRIES, name) ? FORMER_COUNTRIES[name] : undefined
  if (successor) notes.push(`Country as given: ${name}.`)
  return successor ?? (Object.hasOwn(COUNTRIES, name) ? (COUNTRIES[name] as string) : name)
}

/**
 * Reads people killed or injured, attackers included. Only the attackers are a group in GTD; where there are more
 * of them than in total, that is kept as given, and no one is left whose group is unknown.
 */
function readCasualties(
  cells: Cells,
  all: string,
  attackers: string,
  notes: string[],
): DraftCasualties | null {
  const [total, assailants] = [readPeople(cells, all), readPeople(cells, attackers)]
  if (total === null) return null
  for (const [column, share] of [
    [all, total],
    [attackers, assailants ?? 0],
  ] as const) {
    if (!Number.isInteger(share))
      notes.push(
        `${column} as given: ${cells.text(column)}, an even share of one figure for several records.`,
      )
  }
  if (assailants === null) return { total: rangeAround(total), by_group: { unknown: rangeAround(total) } }
  const others = total < assailants ? {} : { unknown: rangeAround(total - assailants) }
  return { total: rangeAround(total), by_group: { assailants: rangeAround(assailants), ...others } }
}

/** Makes whole numbers of a share such as 1.5: between 1 and 2. A half is rounded to even, so that sums are unbiased. */
function rangeAround(share: number): Range {
  // Shares such as 2.3333 and 0.3333 differ by 2: without rounding, by a little more.
  const number = Number(share.toFixed(6))
  const low = Math.floor(number)
  const half = number - low === 0.5
  return { low, best: half ? low + (low % 2) : Math.round(number), high: Math.ceil(number) }
}

function readAttack(cells: Cells, harm: readonly (DraftCasualties | null)[]): Attack {
  const folded = (column: string) => foldColumn(cells.text(column))
  const type = folded('attacktype1_txt')
  if (!ATTACK_TYPES.some((known) => known === type))
    cells.addError(
      'attacktype1_txt',
      `must be an attack type of the GTD codebook: ${ATTACK_TYPES.join(', ')}`,
    )
  const harmed = harm.some((figures) => figures && figures.total.high !== 0)
  return {
    type,
    mixed: cells.text('attacktype2_txt') !== '',
    targets: ['targtype1_txt', 'targtype2_txt', 'targtype3_txt'].map(folded).filter(Boolean),
    weapon: folded('weaptype1_txt'),
    subWeapon: folded('weapsubtype1_txt'),
    armedTwice: cells.text('weaptype2_txt') !== '',
    success: readFlag(cells, 'success'),
    suicide: readFlag(cells, 'suicide'),
    harmed: harmed || (harm.includes(null) ? null : false),
  }
}

/** Reads the columns that no property of a record holds, for the description. */
function readRemarks(cells: Cells, { success }: Attack): string[] {
  const [doubt, multiple, alternative, related] = [
    readFlag(cells, 'doubtterr'),
    readFlag(cells, 'multiple'),
    cells.text('alternative_txt'),
    cells.text('related'),
  ]
  return [
    cells.text('location'),
    cells.text('weapdetail'),
    success === false ? 'The attack did not succeed.' : '',
    doubt ? `GTD doubts that this was terrorism${alternative && `; it may have been: ${alternative}`}.` : '',
    multiple ? `Part of a multiple attack${related && `; related records: ${related}`}.` : '',
  ]
}
