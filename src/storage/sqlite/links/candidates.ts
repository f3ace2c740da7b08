import { OperatorError } from '../../../errors.ts'
import type { Incident } from '../../../incidents/incident.schema.ts'
import { requireDistinct, requireLinkable } from '../../../links/link.eligibility.ts'
import { orderPair } from '../../../links/link.pair.ts'
import { ActorNames, type NamedActor } from '../../../links/scoring/actor-names.ts'
import { type LinkCandidate, toLinkCandidate } from '../../../links/scoring/candidate.ts'
import { parse, type SerializedJson } from '../../../records.ts'
import type { SqlFragment } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import { INCIDENTS_WITH_DOCUMENTS } from '../records/document-sql.ts'
import { nearestIds } from '../records/nearest-ids.ts'

interface CandidateRow {
  document: SerializedJson<Incident>
  titles: string | null
}

const SELECT_CANDIDATES = `SELECT document, (SELECT group_concat(sources.document ->> '$.title', char(10))
    FROM incident_sources JOIN sources ON sources.key = source_key
    WHERE incident_key = incidents.key) AS titles
  FROM ${INCIDENTS_WITH_DOCUMENTS}`

/** Reads records as they are compared, in the order of their first days. */
export function* linkCandidates(connection: Connection, where: SqlFragment): Generator<LinkCandidate> {
  const names = actorNames(connection)
  for (const row of connection.iterate<CandidateRow>(
    `${SELECT_CANDIDATES} WHERE ${where.sql} ORDER BY incidents.key`,
    ...where.values,
  ))
    yield toCandidate(row, names)
}

/**
 * Reads the two records that a link is to join, in the order in which it names them.
 * @throws OperatorError when one is not there, or both are of one data set
 */
export function candidatePair(
  connection: Connection,
  ids: readonly [string, string],
): [LinkCandidate, LinkCandidate] {
  requireDistinct(ids)
  const names = actorNames(connection)
  const [first, second] = ids.map((id) => {
    const row = connection.get<CandidateRow>(`${SELECT_CANDIDATES} WHERE incidents.id = ?`, id)
    if (row) return toCandidate(row, names)
    const [near] = nearestIds(connection, 'incidents', id)
    throw new OperatorError(`There is no incident ${id}${near ? `: did you mean ${near}?` : ''}`)
  }) as [LinkCandidate, LinkCandidate]
  requireLinkable(first, second)
  return orderPair(first, second)
}

function toCandidate({ document, titles }: CandidateRow, names: ActorNames): LinkCandidate {
  return toLinkCandidate(parse(document), titles === null ? [] : [titles], names)
}

function actorNames(connection: Connection): ActorNames {
  const rows = connection.all<{ document: SerializedJson<NamedActor> }>(
    'SELECT document FROM actors ORDER BY key',
  )
  return new ActorNames(rows.map(({ document }) => parse(document)))
}
