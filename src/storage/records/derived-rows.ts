import type { ActorRecord } from '../../actors/actor.schema.ts'
import { BOUNDS, type Casualties, GROUPS } from '../../figures/figure.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import { levelOf, type PlaceRecord } from '../../places/place.schema.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import { fold, foldWords } from '../../text/fold.ts'
import type { TollRecord } from '../../tolls/toll.schema.ts'
import type { RecordOf, Table } from './tables.ts'

const CHAIN = ['country_id', 'admin1_id', 'city_id', 'district_id']
/** The figures of an incident, as columns name them: in total, and by group. */
export const FIGURES = ['deaths', 'injured'].flatMap((figure) => [
  figure,
  ...GROUPS.map((group) => `${figure}_${group}`),
])
/** The columns of an incident that are counted. */
export const COUNTED = [
  ...['incident_count_low', 'incident_count_high'],
  ...FIGURES.flatMap((figure) => BOUNDS.map((bound) => `${figure}_${bound}`)),
]

/** The tables of derived rows, with their columns; the first is the key of the record that they follow from. */
export const COLUMNS = {
  sources: ['key', 'id', 'dataset', 'publisher_key'],
  actors: ['key', 'id', 'dataset', 'kind'],
  places: ['key', 'id', 'dataset', 'kind', ...CHAIN],
  tolls: ['key', 'id', 'dataset', 'date_start', 'date_end', ...CHAIN, 'updated_at'],
  incidents: [
    ...['key', 'id', 'dataset', 'kind', 'date_start', 'date_end', ...CHAIN, 'latitude', 'longitude'],
    ...['event_type', 'sub_event_type', 'date_precision', 'geo_precision'],
    ...['violence_type', 'conflict_id', 'dyad_id'],
    ...COUNTED,
    'updated_at',
  ],
  incident_actors: ['incident_key', 'actor_key', 'role'],
  incident_sources: ['incident_key', 'source_id'],
  parts: ['incident_key', 'whole_id'],
  incident_weapons: ['incident_key', 'weapon'],
  incidents_words: ['rowid', 'words'],
  names: ['entity_key', 'entity', 'folded', 'shown'],
} as const

/** A table of derived rows. */
export type DerivedTable = keyof typeof COLUMNS
/** A row of a table, its values in the order of the table's columns. */
export type Row = (string | number | null)[]

/** The chain of places from a country to a place, itself included, by kind. */
export interface PlaceColumns {
  country_id: string
  admin1_id: string | null
  city_id: string | null
  district_id: string | null
}

/** Looks up what a record refers to. */
interface Lookup<T> {
  /** @throws Error when it is not there */
  get(id: string): T
}

/** Looks up everything that rows refer to by key or repeat: places and actors by id, publishers by name. */
export interface References {
  /** A source that is not there is found when the record is written. */
  sources: { find(id: string): { title: string } | undefined }
  places: Lookup<PlaceColumns>
  actors: Lookup<{ key: number }>
  publishers: Lookup<{ key: number }>
}

/** The ids and names of everything that {@link deriveRows} looks up for a record. */
export function findReferences<T extends Table>(
  table: T,
  record: RecordOf<T>,
): { [K in keyof References]?: string[] } {
  return REFERENCES[table](record)
}

const REFERENCES: { [T in Table]: (record: RecordOf<T>) => { [K in keyof References]?: string[] } } = {
  sources: ({ publisher }) => ({ publishers: [publisher] }),
  actors: () => ({}),
  places: ({ parent_id }) => ({ places: parent_id ? [parent_id] : [] }),
  tolls: ({ place }) => ({ places: [place.id] }),
  incidents: ({ place, actors, source_ids }) => ({
    places: [place.id],
    actors: actors.map(({ id }) => id),
    sources: source_ids,
  }),
}

/** The tables of rows derived from a record of each kind, its own first. */
export const DERIVED: { [T in Table]: readonly DerivedTable[] } = {
  sources: ['sources'],
  actors: ['actors', 'names'],
  places: ['places', 'names'],
  incidents: [
    'incidents',
    'incident_actors',
    'incident_sources',
    'parts',
    'incident_weapons',
    'incidents_words',
  ],
  tolls: ['tolls'],
}

/** The rows of each of {@link DERIVED}, in that order. */
type Derivation<T extends Table> = (
  record: RecordOf<T>,
  key: number,
  references: References,
  toWords: (text: string) => string,
) => Row[][]

const DERIVATIONS: { [T in Table]: Derivation<T> } = {
  sources: ({ id, dataset, publisher }: SourceRecord, key, references) => [
    [[key, id, dataset, references.publishers.get(publisher).key]],
  ],
  actors: ({ id, dataset, kind, name, aliases }: ActorRecord, key) => [
    [[key, id, dataset, kind]],
    nameRows(key, 'actors', [name, ...aliases], name),
  ],
  places: (place: PlaceRecord, key, references) => {
    const codes = place.kind === 'country' ? [place.country_code ?? '', place.country_code3 ?? ''] : []
    return [
      [[key, place.id, place.dataset, place.kind, ...chain(placeColumns(place, references))]],
      nameRows(key, 'places', [place.name, ...place.aliases, ...codes], place.name),
    ]
  },
  tolls: ({ id, dataset, date_start, date_end, updated_at, place }: TollRecord, key, references) => [
    [[key, id, dataset, date_start, date_end, ...chain(references.places.get(place.id)), updated_at]],
  ],
  incidents: (incident: Incident, key, references, toWords) => [
    [incidentRow(incident, key, references)],
    unique(
      incident.actors.map(({ id, role }): Row => [key, references.actors.get(id).key, role]),
      2,
    ),
    unique(
      incident.source_ids.map((id): Row => [key, id]),
      1,
    ),
    unique(
      incident.part_of.map((id): Row => [key, id]),
      1,
    ),
    unique(
      incident.weapons.map((weapon): Row => [key, fold(weapon)]),
      1,
    ),
    [[key, toWords(gatherText(incident, references))]],
  ],
}

/**
 * Derives everything that the tables hold of a record besides its document: the rows of each table of {@link DERIVED}.
 * @param toWords what becomes of the text that full text finds an incident by
 * @throws Error when it refers to what is not there
 */
export function deriveRows<T extends Table>(
  table: T,
  record: RecordOf<T>,
  key: number,
  references: References,
  toWords = foldWords,
): Row[][] {
  return DERIVATIONS[table](record, key, references, toWords)
}

/** Derives a place's columns: those of the place that it lies in, and its own id under its kind. */
export function placeColumns({ id, kind, parent_id }: PlaceRecord, references: References): PlaceColumns {
  const outer = parent_id
    ? references.places.get(parent_id)
    : { country_id: id, admin1_id: null, city_id: null, district_id: null }
  return { ...outer, [`${levelOf(kind)}_id`]: id }
}

/** Rows of `names`, one for all names that fold alike. */
export function nameRows(key: number, entity: string, texts: readonly string[], shown: string): Row[] {
  const folded = new Set(texts.map(fold))
  folded.delete('')
  return [...folded].map((text) => [key, entity, text, shown])
}

function chain({ country_id, admin1_id, city_id, district_id }: PlaceColumns): Row {
  return [country_id, admin1_id, city_id, district_id]
}

function incidentRow(incident: Incident, key: number, references: References): Row {
  const { fatalities, injured, incident_count } = incident
  return [
    ...[key, incident.id, incident.dataset, incident.kind, incident.date_start, incident.date_end],
    ...chain(references.places.get(incident.place.id)),
    ...[incident.latitude, incident.longitude, incident.event_type, incident.sub_event_type],
    ...[incident.date_precision, incident.geo_precision],
    ...[incident.violence_type, incident.conflict?.id ?? null, incident.dyad?.id ?? null],
    ...[incident_count.low, incident_count.high],
    ...figures(fatalities),
    ...figures(injured),
    incident.updated_at,
  ]
}

function figures(casualties: Casualties | null): Row {
  return [...bounds(casualties), ...GROUPS.flatMap((group) => bounds(casualties?.by_group[group]))]
}

function bounds(figure: Pick<Casualties, 'low' | 'best' | 'high'> | null | undefined): Row {
  return figure ? [figure.low, figure.best, figure.high] : [null, null, null]
}

/** The texts in which full text finds a record; `q` documents them. */
function gatherText(
  { title, description, place, sites, actors, weapons, source_ids }: Incident,
  { sources }: References,
): string {
  const texts = [
    ...[title, description, place.district, place.city, place.admin1, place.country, place.area],
    ...sites.map((site) => site.name),
    ...actors.map((actor) => actor.name),
    ...weapons,
    ...source_ids.map((id) => sources.find(id)?.title ?? null),
  ]
  return texts.filter((text) => text !== null).join(' ')
}

/** Keeps one of the rows that agree in the first `columns` columns after the key. */
function unique(rows: Row[], columns: number): Row[] {
  if (rows.length < 2) return rows
  return [...new Map(rows.map((row) => [row.slice(1, 1 + columns).join(' '), row])).values()]
}
