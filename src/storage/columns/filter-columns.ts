import type { CasualtyFilter, IncidentFilter } from '../../incidents/incident.store.ts'
import { allOf, clausesOf, oneOf, type SqlFragment } from '../sql/fragment.ts'
import { boundsOf, compareCasualties, inBox, inCircle, within } from '../sql/incident-conditions.ts'
import type { Columns } from './column-store.ts'
import { quoteText } from './duckdb.ts'
import type { RecordLookups } from './record-lookups.ts'

/** Parameters whose records only the record store finds: it hands over their keys. */
const LOOKED_UP = ['id', 'weapon', 'source', 'words'] as const

/** A filter without them; actors by their keys, null for any. */
type ColumnFilter = Omit<IncidentFilter, (typeof LOOKED_UP)[number] | 'actor'> & {
  actor?: { keys: readonly number[] | null; roles: readonly string[] | null }
}

const CLAUSES: { [K in keyof ColumnFilter]-?: (value: NonNullable<ColumnFilter[K]>) => SqlFragment } = {
  kind: (values) => oneOfCodes('incidents.kind', values),
  dataset: (values) => oneOfCodes('incidents.dataset', values),
  event_type: (values) => oneOfCodes('incidents.event_type', values),
  sub_event_type: (values) => oneOfCodes('incidents.sub_event_type', values),
  violence_type: (values) => oneOfCodes('incidents.violence_type', values),
  conflict: (values) => oneOf('incidents.conflict_id', values),
  dyad: (values) => oneOf('incidents.dyad_id', values),
  date_precision: (values) => oneOfCodes('incidents.date_precision', values),
  date_known_to: (values) => oneOfCodes('incidents.date_known_to', values),
  geo_precision: (values) => oneOfCodes('incidents.geo_precision', values),
  city: within,
  place: within,
  admin1: within,
  country: within,
  actor: ({ keys, roles }) => {
    const { sql, values } = allOf([
      ...(keys ? [oneOf('actor_key', keys)] : []),
      ...(roles ? [oneOf('role', roles)] : []),
    ])
    return { sql: `incidents.key IN (SELECT incident_key FROM incident_actors WHERE ${sql})`, values }
  },
  date_from: (day) => ({ sql: 'incidents.date_end >= CAST(? AS DATE)', values: [day] }),
  date_to: (day) => ({ sql: 'incidents.date_start <= CAST(? AS DATE)', values: [day] }),
  deaths: (limits) => compareOwn(limits.group ? `deaths_${limits.group}` : 'deaths', limits),
  injured: (limits) => compareOwn('injured', limits),
  bbox: inBox,
  near: (circle) => allOf([inBox(boundsOf(circle)), inCircle(circle)]),
  updated_since: (instant) => ({ sql: 'updated_at >= ?', values: [new Date(instant).toISOString()] }),
}

/** The condition of a whole filter on rows of `incidents`. */
export async function whereIncidents(
  columns: Columns,
  records: RecordLookups,
  filter: IncidentFilter,
): Promise<SqlFragment> {
  return allOf([await whereLookedUp(columns, records, filter), whereColumns(records, filter)])
}

/** The condition of the parameters that are looked up: what is found becomes a table of keys. */
export async function whereLookedUp(
  columns: Columns,
  records: RecordLookups,
  filter: IncidentFilter,
): Promise<SqlFragment> {
  const given = LOOKED_UP.filter((name) => filter[name] !== undefined)
  if (given.length === 0) return allOf([])
  const lookedUp = Object.fromEntries(given.map((name) => [name, filter[name]]))
  await columns.keepKeys('matching', JSON.stringify(lookedUp), () => records.incidentKeys(lookedUp))
  return { sql: 'incidents.key IN (SELECT key FROM matching)', values: [] }
}

/** The condition of all other parameters. */
export function whereColumns(
  records: RecordLookups,
  { id, weapon, source, words, actor, ...filter }: IncidentFilter,
): SqlFragment {
  return clausesOf<ColumnFilter>(CLAUSES, {
    ...filter,
    ...(actor && { actor: { keys: records.actorKeys(actor), roles: actor.roles ?? null } }),
  })
}

/**
 * `oneOf` for a column of few distinct values: DuckDB looks each of these up in the list once for a block of rows, where
 * IN compares every row and takes twice as long. Placeholders would make a list for every row.
 */
export function oneOfCodes(column: string, codes: readonly string[]): SqlFragment {
  if (codes.length < 2) return oneOf(column, codes)
  return { sql: `list_contains([${codes.map(quoteText).join(', ')}], ${column})`, values: [] }
}

/** Records whose own figure is within limits: of a group with parts, not what it counts. */
function compareOwn(figure: string, limits: CasualtyFilter): SqlFragment {
  const { sql, values } = compareCasualties(figure, limits)
  return {
    sql: `CASE WHEN incidents.has_parts
      THEN incidents.key IN (SELECT incident_key FROM own_figures WHERE ${sql}) ELSE ${sql} END`,
    values: [...values, ...values],
  }
}

/** Records that begin on a day or later. */
export function beginsOnOrAfter(day: string): SqlFragment {
  return { sql: 'incidents.date_start >= CAST(? AS DATE)', values: [day] }
}
