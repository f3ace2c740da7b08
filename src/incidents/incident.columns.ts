import type { ROLES } from '../actors/actor.schema.ts'
import { BOUNDS, type Casualties, GROUPS } from '../figures/figure.schema.ts'
import type { Cell, Column, ColumnType } from '../http/formats/columns.ts'
import { joinItems } from '../text/cell.ts'
import type { Incident } from './incident.schema.ts'

const acting =
  <K extends 'name' | 'attribution'>(role: (typeof ROLES)[number], property: K) =>
  ({ actors }: Incident) =>
    actors.filter((actor) => actor.role === role).map((actor) => actor[property])

/** A column that repeats a property of the record as it is. */
const plain = (name: keyof Incident & string, type: ColumnType, description: string): Column<Incident> => ({
  name,
  path: name,
  type,
  description,
  value: (incident) => incident[name] as Cell,
})

const placed = (name: string, property: keyof Incident['place'], description: string): Column<Incident> => ({
  name,
  path: `place.${property}`,
  type: 'text',
  description,
  value: ({ place }) => place[property],
})

/** The id or the name of what a record is part of. */
const named = (
  property: 'conflict' | 'dyad',
  part: 'id' | 'name',
  description: string,
): Column<Incident> => ({
  name: `${property}_${part}`,
  path: `${property}.${part}`,
  type: 'text',
  description,
  value: (incident) => incident[property]?.[part] ?? null,
})

const attacks = (bound: 'low' | 'high', description: string): Column<Incident> => ({
  name: `incident_count_${bound}`,
  path: `incident_count.${bound}`,
  type: 'count',
  description,
  value: ({ incident_count }) => incident_count[bound],
})

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
  items,
})

const GROUP_NAMES: Record<(typeof GROUPS)[number], string> = {
  civilians: 'civilians',
  security_forces: 'members of security forces',
  assailants: 'attackers',
  unknown: 'people whose group was not identified',
}

const BOUND_MEANINGS: Record<(typeof BOUNDS)[number], string> = {
  low: 'lowest figure',
  best: 'best figure',
  high: 'highest figure; null also where no upper bound was stated',
}

/** The low, best and high of a figure in total and by group. */
const casualties = (measure: 'fatalities' | 'injured', verb: string): Column<Incident>[] => {
  const bounds = (
    infix: string,
    path: string,
    who: string,
    figure: (all: Casualties) => Pick<Casualties, 'low' | 'best' | 'high'> | null,
  ) =>
    BOUNDS.map((bound) => ({
      name: `${measure}${infix}_${bound}`,
      path: `${measure}.${path}${bound}`,
      type: 'count' as const,
      description: `Number of ${who} ${verb}: the ${BOUND_MEANINGS[bound]}.`,
      value: (incident: Incident) => incident[measure] && (figure(incident[measure])?.[bound] ?? null),
    }))
  return [
    ...bounds('', '', 'people, attackers included,', (all) => all),
    ...GROUPS.flatMap((group) =>
      bounds(`_${group}`, `by_group.${group}.`, GROUP_NAMES[group], (all) => all.by_group[group]),
    ),
  ]
}

/** The columns of incidents in CSV, GeoJSON, Parquet and XLSX, in order. A null is an empty cell. */
export const INCIDENT_COLUMNS: readonly Column<Incident>[] = [
  plain('id', 'text', 'The id, stable: `<data set>:<id in that data set>`.'),
  plain('dataset', 'text', 'The data set that the record comes from; see /v1/datasets.'),
  plain(
    'kind',
    'text',
    '`incident`: one attack; `group`: several attacks that a source reports together; see `incident_count_low`.',
  ),
  plain('title', 'text', 'A short title.'),
  plain('description', 'text', 'What happened.'),
  plain('date_start', 'date', 'First day.'),
  plain('date_end', 'date', 'Last day, included.'),
  plain(
    'date_precision',
    'text',
    'How exactly the date is known: `day`, `week`, `month`, `year`, or `range`: the days from first to last.',
  ),
  plain('part_of_day', 'text', 'The time or part of the day, as the source gives it.'),
  placed('country', 'country', 'Name of the country.'),
  placed('country_code', 'country_code', 'ISO 3166-1 alpha-2 code of the country.'),
  placed('area', 'area', 'Name of an area that ISO 3166-1 does not have, as the data set gives it.'),
  placed('admin1', 'admin1', 'Name of the governorate, province or state.'),
  placed('city', 'city', 'Name of the city, town or village.'),
  placed('district', 'district', 'Name of the district of the city.'),
  placed('place_id', 'id', 'Id of the place in the gazetteer; see /v1/places.'),
  placed('place_name', 'name', 'Name of the place: the most exact that is known.'),
  placed('place_kind', 'kind', 'Kind of the place, such as `country`, `admin1`, `city` or `district`.'),
  plain('latitude', 'degrees', 'Latitude, WGS 84.'),
  plain('longitude', 'degrees', 'Longitude, WGS 84.'),
  plain(
    'geo_precision',
    'text',
    'How exactly the location is known: `exact`, `near` (within about 25 km), `admin2`, `admin1`, `country` or `unknown`.',
  ),
  listed('sites', 'sites.name', 'What was attacked, by site.', ({ sites }) => sites.map(({ name }) => name)),
  plain('event_type', 'text', 'Event type; see /v1/event-types.'),
  plain('sub_event_type', 'text', 'Sub-event type; see /v1/event-types.'),
  plain(
    'violence_type',
    'text',
    "UCDP's type of organised violence: `state_based`, `non_state` or `one_sided`; null in other data sets.",
  ),
  named('conflict', 'id', 'Id of the conflict, such as `ucdp:259`; null where the data set has none.'),
  named('conflict', 'name', 'Name of the conflict.'),
  named('dyad', 'id', 'Id of the pair of parties that fight, such as `ucdp:524`.'),
  named('dyad', 'name', 'Name of the pair of parties that fight.'),
  attacks('low', 'Minimum number of attacks that the record represents; 1 for an incident.'),
  attacks('high', 'Maximum number of attacks; null when no upper bound was stated.'),
  ...casualties('fatalities', 'killed'),
  ...casualties('injured', 'injured'),
  listed('perpetrators', 'actors.name', 'Names of those who attacked.', acting('perpetrator', 'name')),
  listed(
    'attributions',
    'actors.attribution',
    'How each perpetrator came to be named, in the same order; null where it is not recorded.',
    acting('perpetrator', 'attribution'),
  ),
  listed('targets', 'actors.name', 'Names of those who were attacked.', acting('target', 'name')),
  listed('other_actors', 'actors.name', 'Names of others who took part.', acting('other', 'name')),
  listed('weapons', 'weapons', 'Weapons used, as the data set names them.', ({ weapons }) => weapons),
  listed(
    'part_of',
    'part_of',
    'Ids of the groups and reported totals that include the record.',
    ({ part_of }) => part_of,
  ),
  listed(
    'same_as',
    'same_as',
    'Ids of records of other data sets that describe the same event, by accepted links.',
    ({ same_as }) => same_as,
  ),
  listed('source_ids', 'source_ids', 'Ids of the sources; see /v1/sources.', ({ source_ids }) => source_ids),
  listed(
    'flags',
    'flags',
    'Inconsistencies in the record, kept as its data set gives them.',
    ({ flags }) => flags,
  ),
  plain('updated_at', 'instant', 'When the record last changed in this database, UTC.'),
]
