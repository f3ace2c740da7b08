import type { ROLES } from '../actors/actor.schema.ts'
import { BOUNDS, type Casualties, GROUPS } from '../figures/figure.schema.ts'
import type { Cell, Column, ColumnType } from '../http/formats/columns.ts'
import { joinItems } from '../text/cell.ts'
import type { Incident } from './incident.schema.ts'

const acting =
  <K extends 'name' | 'attribution'>(role: (typeof ROLES)[number], property: K) =>
  ({ actors }: Incident) =>
    actors.filter((actor) => actor.role === role).map((actor) => actor[property])

/** Columns that repeat a property of the record as it is. */
const plain = (
  names: readonly (keyof Incident & string)[],
  type: ColumnType,
  description = 'As in the record.',
): Column<Incident>[] =>
  names.map((name) => ({ name, path: name, type, description, value: (incident) => incident[name] as Cell }))

const placed = (name: string, property: keyof Incident['place'], description: string): Column<Incident> => ({
  name,
  path: `place.${property}`,
  type: 'text',
  description,
  value: ({ place }) => place[property],
})

/** The id and the name of what a record is part of. */
const named = (property: 'conflict' | 'dyad'): Column<Incident>[] =>
  (['id', 'name'] as const).map((part) => ({
    name: `${property}_${part}`,
    path: `${property}.${part}`,
    type: 'text',
    description: `The ${part} of the ${property}.`,
    value: (incident) => incident[property]?.[part] ?? null,
  }))

/** A list in one cell; see {@link joinItems}. */
const listed = (
  name: string,
  path: string,
  description: string,
  items: (incident: Incident) => readonly (string | null)[],
): Column<Incident> => ({
  name,
  path,
  type: 'list',
  description,
  value: (incident) => joinItems(items(incident)),
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
      type: 'count' as const,
      description: `The ${bound} figure; an empty cell is null.`,
      value: (incident: Incident) => incident[measure] && (figure(incident[measure])?.[bound] ?? null),
    }))
  return [
    ...bounds('', '', (all) => all),
    ...GROUPS.flatMap((group) => bounds(`_${group}`, `by_group.${group}.`, (all) => all.by_group[group])),
  ]
}

/** The columns of incidents in CSV and Parquet, in order. Empty cells are null. */
export const INCIDENT_COLUMNS: readonly Column<Incident>[] = [
  ...plain(['id', 'dataset', 'kind', 'title', 'description'], 'text'),
  ...plain(['date_start', 'date_end'], 'date'),
  ...plain(['date_precision', 'part_of_day'], 'text'),
  placed('country', 'country', 'The country.'),
  placed('country_code', 'country_code', 'ISO 3166-1 alpha-2.'),
  placed('area', 'area', 'The area that ISO 3166-1 does not have.'),
  placed('admin1', 'admin1', 'The governorate or province.'),
  placed('city', 'city', 'The city.'),
  placed('district', 'district', 'The district.'),
  placed('place_id', 'id', "The place's id in the gazetteer."),
  placed('place_name', 'name', "The place's name."),
  placed('place_kind', 'kind', 'What the place is.'),
  ...plain(['latitude', 'longitude'], 'degrees', 'As in the record; WGS 84 degrees.'),
  ...plain(['geo_precision'], 'text'),
  listed('sites', 'sites.name', 'Names of the sites.', ({ sites }) => sites.map(({ name }) => name)),
  ...plain(['event_type', 'sub_event_type'], 'text', 'As in the record; see /v1/event-types.'),
  ...plain(['violence_type'], 'text'),
  ...named('conflict'),
  ...named('dyad'),
  {
    name: 'incident_count_low',
    path: 'incident_count.low',
    type: 'count',
    description: 'Minimum number of attacks.',
    value: ({ incident_count }) => incident_count.low,
  },
  {
    name: 'incident_count_high',
    path: 'incident_count.high',
    type: 'count',
    description: 'Maximum number of attacks; empty when no upper bound was stated.',
    value: ({ incident_count }) => incident_count.high,
  },
  ...casualties('fatalities'),
  ...casualties('injured'),
  listed('perpetrators', 'actors.name', 'Names.', acting('perpetrator', 'name')),
  listed(
    'attributions',
    'actors.attribution',
    'How each perpetrator came to be named, in the same order; an empty item where nothing tells.',
    acting('perpetrator', 'attribution'),
  ),
  listed('targets', 'actors.name', 'Names.', acting('target', 'name')),
  listed('other_actors', 'actors.name', 'Names.', acting('other', 'name')),
  listed('weapons', 'weapons', 'Names.', ({ weapons }) => weapons),
  listed('part_of', 'part_of', 'Ids.', ({ part_of }) => part_of),
  listed('same_as', 'same_as', 'Ids.', ({ same_as }) => same_as),
  listed('source_ids', 'source_ids', 'Ids.', ({ source_ids }) => source_ids),
  listed('flags', 'flags', 'What is odd about the record.', ({ flags }) => flags),
  ...plain(['updated_at'], 'instant'),
]
