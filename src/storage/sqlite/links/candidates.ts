import { OperatorError } from '../../../errors.ts'
import type { Incident } from '../../../incidents/incident.schema.ts'
import { orderPair } from '../../../links/link.pair.ts'
import { ActorNames, type NamedActor } from '../../../links/scoring/actor-names.ts'
import { type LinkCandidate, toLinkCandidate } from '../../../links/scoring/candidate.ts'
import { parse, type SerializedJson } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import type { SqlFragment } from '../database/sql-fragment.ts'
import { INCIDENTS_WITH_DOCUMENTS } from '../records/document-sql.ts'
import { nearestIds } from '../records/name-search.ts'

interface ComparableRow {
  document: SerializedJson<Incident>
  titles: string | null
}

const COMPARABLES = `SELECT document, (SELECT group_concat(sources.document ->> '$.title', char(10))
    FROM incident_sources JOIN sources ON sources.key = source_key
    WHERE incident_key = incidents.key) AS titles
  FROM ${INCIDENTS_WITH_DOCUMENTS}`

/** Records as they are compared, in the order of their first days. */
export function* linkCandidates(connection: Connection, where: SqlFragment): Generator<LinkCandidate> {
  const names = actorNames(connection)
  for (const row of connection.iterate<ComparableRow>(
    `${COMPARABLES} WHERE ${where.sql} ORDER BY incidents.key`,
    ...where.values,
  ))
    yield comparable(row, names)
}

/**
 * The two records that a link is to join, in the order in which it names them.
 * @throws OperatorError when one is not there, or both are of one data set
 */
export function candidatePair(
  connection: Connection,
  [one, other]: readonly [string, string],
): [LinkCandidate, LinkCandidate] {
  if (one === other) throw new OperatorError(`${one} is given twice: a link joins two records`)
  const names = actorNames(connection)
  const [first, second] = [one, other].map((id) => {
    const row = connection.get<ComparableRow>(`${COMPARABLES} WHERE incidents.id = ?`, id)
    if (row) return comparable(row, names)
    const [near] = nearestIds(connection, 'incidents', id)
    throw new OperatorError(`There is no incident ${id}${near ? `: did you mean ${near}?` : ''}`)
  }) as [LinkCandidate, LinkCandidate]
  if (first.dataset === second.dataset)
    throw new OperatorError(
      `${one} and ${other} are both of the data set ${first.dataset}: links join records of different data sets`,
    )
  return orderPair(first, second)
}

function comparable({ document, titles }: ComparableRow, names: ActorNames): LinkCandidate {
  return toLinkCandidate(parse(document), titles === null ? [] : [titles], names)
}

function actorNames(connection: Connection): ActorNames {
  const rows = connection.all<{ document: SerializedJson<NamedActor> }>(
    'SELECT document FROM actors ORDER BY key',
  )
  return new ActorNames(rows.map(({ document }) => parse(document)))
}
