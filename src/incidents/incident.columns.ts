import type { ROLES } from '../actors/actor.schema.ts'
import { BOUNDS, type Casualties, GROUPS } from '../figures/figure.schema.ts'
import type { Cell, Column } from '../http/csv.ts'
import type { Incident } from './incident.schema.ts'

/** A list in one cell: its items separated by a semicolon and a space. */
const joined = (items: readonly string[]): Cell => (items.length > 0 ? items.join('; ') : null)

const acting = (role: (typeof ROLES)[number]) => (incident: Incident) =>
  joined(incident.actors.filter((actor) => actor.role === role).map((actor) => actor.name))

/** Columns that repeat a property of the record as it is. */
const plain = (names: readonly (keyof Incident & string)[], description: string): Column<Incident>[] =>
  names.map((name) => ({ name, path: name, description, value: (incident) => incident[name] as Cell }))

const placed = (name: string, property: keyof Incident['place'], description: string): Column<Incident> => ({
  name,
  path: `place.${property}`,
  description,
  value: ({ place }) => place[property],
})

/** The low, best and high of a figure in total and by group. */
const casualties = (measure: 'fatalities' | 'injured'): Column<Incident>[] => {
  const bounds = (
    infix: string,
    path: string,
    figure: (all: Casualties) => Pick<Casualties, 'low' | 'best' | 'high'> | null,
  ) =>
    BOUNDS.map((bound) => ({
      name: `${measure}${infix}_${bound}`,
      path: `${measure}.${path}${bound}`,
      description: `The ${bound} figure; an empty cell is null.`,
      value: (incident: Incident) => incident[measure] && (figure(incident[measure])?.[bound] ?? null),
    }))
  return [
    ...bounds('', '', (all) => all),
    ...GROUPS.flatMap((group) => bounds(`_${group}`, `by_group.${group}.`, (all) => all.by_group[group])),
  ]
}

/** The columns of incidents in CSV, in order. Empty cells are null. */
export const INCIDENT_COLUMNS: readonly Column<Incident>[] = [
  ...plain(['id', 'dataset', 'kind', 'title', 'description'], 'As in the record.'),
  ...plain(['date_start', 'date_end', 'date_precision', 'part_of_day'], 'As in the record.'),
  placed('country', 'country', 'The country.'),
  placed('country_code', 'country_code', 'ISO 3166-1 alpha-2.'),
  placed('admin1', 'admin1', 'The governorate or province.'),
  placed('city', 'city', 'The city.'),
  placed('district', 'district', 'The district.'),
  placed('place_id', 'id', "The place's id in the gazetteer."),
  placed('place_name', 'name', "The place's name."),
  placed('place_kind', 'kind', 'What the place is.'),
  ...plain(['latitude', 'longitude', 'geo_precision'], 'As in the record; WGS 84 degrees.'),
  {
    name: 'sites',
    path: 'sites',
    description: 'Names of the sites, separated by "; ".',
    value: ({ sites }) => joined(sites.map((site) => site.name)),
  },
  ...plain(['event_type', 'sub_event_type'], 'As in the record; see /v1/event-types.'),
  {
    name: 'incident_count_low',
    path: 'incident_count.low',
    description: 'At least so many attacks.',
    value: ({ incident_count }) => incident_count.low,
  },
  {
    name: 'incident_count_high',
    path: 'incident_count.high',
    description: 'At most so many attacks; empty when no upper bound was stated.',
    value: ({ incident_count }) => incident_count.high,
  },
  ...casualties('fatalities'),
  ...casualties('injured'),
  {
    name: 'perpetrators',
    path: 'actors',
    description: 'Names, separated by "; ".',
    value: acting('perpetrator'),
  },
  {
    name: 'attributions',
    path: 'actors',
    description: 'How each perpetrator came to be named, in the same order, separated by "; ".',
    value: ({ actors }) => joined(actors.flatMap(({ attribution }) => attribution ?? [])),
  },
  { name: 'targets', path: 'actors', description: 'Names, separated by "; ".', value: acting('target') },
  { name: 'other_actors', path: 'actors', description: 'Names, separated by "; ".', value: acting('other') },
  {
    name: 'weapons',
    path: 'weapons',
    description: 'Separated by "; ".',
    value: ({ weapons }) => joined(weapons),
  },
  {
    name: 'part_of',
    path: 'part_of',
    description: 'Ids, separated by "; ".',
    value: ({ part_of }) => joined(part_of),
  },
  {
    name: 'source_ids',
    path: 'source_ids',
    description: 'Ids, separated by "; ".',
    value: ({ source_ids }) => joined(source_ids),
  },
  ...plain(['updated_at'], 'As in the record.'),
]
