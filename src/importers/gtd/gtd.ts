import type { Range } from '../../figures/figure.schema.ts'
import { Cells } from '../contract/cells.ts'
import type { Draft, DraftCasualties } from '../contract/draft.ts'
import { type Fate, foldColumn, type Importer } from '../contract/importer.ts'
import { gtdActors, gtdWeapons } from './actors.ts'
import { flag, gtdDates, known, people } from './cells.ts'
import { COUNTRIES, FORMER_COUNTRIES } from './codes.ts'
import { ATTACK_TYPES, type Attack, gtdEventType } from './event-types.ts'
import { gtdSources } from './sources.ts'

/** `specificity` (GTD Codebook 2021): the place; its district's centre; a district; a division; only the country. */
const GEO_PRECISION = {
  1: 'exact',
  2: 'admin2',
  3: 'admin2',
  4: 'admin1',
  5: 'country',
  '': 'unknown',
} as const

/** Global Terrorism Database: the file of 135 columns that START gives out. */
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
  reader: (columns) => (row) => read(new Cells(columns.cells(row))),
}

function read(cells: Cells): Fate {
  const notes: string[] = []
  const id = cells.text('eventid').replace(/\.0+$/, '')
  if (!/^\d{12}$/.test(id)) cells.refuse('eventid', 'must be 12 digits, such as 201701020001')
  const dates = gtdDates(cells, notes)
  const specificity = cells.code('specificity', GEO_PRECISION, 'unknown')
  const outside = flag(cells, 'vicinity')
  const latitude = cells.degrees('latitude', 90)
  const longitude = cells.degrees('longitude', 180)
  const where: Draft['where'] = {
    country: country(cells, notes),
    admin1: known(cells, 'provstate'),
    place: known(cells, 'city'),
    latitude: longitude === null ? null : latitude,
    longitude: latitude === null ? null : longitude,
  }
  const fatalities = casualties(cells, 'nkill', 'nkillter', notes)
  const injured = casualties(cells, 'nwound', 'nwoundte', notes)
  const attack = attackOf(cells, [fatalities, injured])
  const [event_type, sub_event_type] = gtdEventType(attack)
  notes.push(...remarks(cells, attack))
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
    weapons: gtdWeapons(cells),
    actors: gtdActors(cells),
    fatalities,
    injured,
    sources: gtdSources(cells),
  }
  return cells.faults.length > 0 ? { faults: cells.faults } : { draft }
}

/** The country, by ISO code where ISO names it otherwise; of a state that is no more the name is noted. */
function country(cells: Cells, notes: string[]): string {
  const name = cells.required('country_txt')
  const successor = Object.hasOwn(FORMER_COUNTRIES, name) ? FORMER_COUNTRIES[name] : undefined
  if (successor) notes.push(`Country as given: ${name}.`)
  return successor ?? (Object.hasOwn(COUNTRIES, name) ? (COUNTRIES[name] as string) : name)
}

/**
 * People killed or injured, attackers among them. Only the attackers are told apart; more of them than of
 * all is kept as given, and then nobody is left whose group is unknown.
 */
function casualties(cells: Cells, all: string, attackers: string, notes: string[]): DraftCasualties | null {
  const [total, ours] = [people(cells, all), people(cells, attackers)]
  if (total === null) return null
  for (const [column, share] of [
    [all, total],
    [attackers, ours ?? 0],
  ] as const) {
    if (!Number.isInteger(share))
      notes.push(
        `${column} as given: ${cells.text(column)}, an even share of one figure for several records.`,
      )
  }
  if (ours === null) return { total: spread(total), by_group: { unknown: spread(total) } }
  const others = total < ours ? {} : { unknown: spread(total - ours) }
  return { total: spread(total), by_group: { assailants: spread(ours), ...others } }
}

/** People are whole: a share such as 1.5 lies between 1 and 2; a half goes to the even number, so that sums do not lean. */
function spread(share: number): Range {
  // Shares such as 2.3333 and 0.3333 differ by 2, and not by a little more.
  const number = Number(share.toFixed(6))
  const low = Math.floor(number)
  const half = number - low === 0.5
  return { low, best: half ? low + (low % 2) : Math.round(number), high: Math.ceil(number) }
}

function attackOf(cells: Cells, harm: readonly (DraftCasualties | null)[]): Attack {
  const folded = (column: string) => foldColumn(cells.text(column))
  const type = folded('attacktype1_txt')
  if (!ATTACK_TYPES.some((known) => known === type))
    cells.refuse('attacktype1_txt', `must be an attack type of the GTD codebook: ${ATTACK_TYPES.join(', ')}`)
  const harmed = harm.some((figures) => figures && figures.total.high !== 0)
  return {
    type,
    mixed: cells.text('attacktype2_txt') !== '',
    targets: ['targtype1_txt', 'targtype2_txt', 'targtype3_txt'].map(folded).filter(Boolean),
    weapon: folded('weaptype1_txt'),
    subWeapon: folded('weapsubtype1_txt'),
    armedTwice: cells.text('weaptype2_txt') !== '',
    success: flag(cells, 'success'),
    suicide: flag(cells, 'suicide'),
    harmed: harmed || (harm.includes(null) ? null : false),
  }
}

/** What GTD says beyond its summary and has no place elsewhere in a record. */
function remarks(cells: Cells, { success }: Attack): string[] {
  const [doubt, multiple, alternative, related] = [
    flag(cells, 'doubtterr'),
    flag(cells, 'multiple'),
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
