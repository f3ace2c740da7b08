import { type Incident, toRecordLink } from '../../../incidents/incident.schema.ts'
import { orderPair } from '../../../links/link.pair.ts'
import type { IncidentLink, Link, LinkDecision, LinkStatus } from '../../../links/link.schema.ts'
import type { LinkFilter, LinkStore } from '../../../links/link.store.ts'
import { type ScoreBreakdown, scorePair } from '../../../links/scoring/score.ts'
import { parse, type SerializedJson, type Slice, type SliceRequest, serialize } from '../../../records.ts'
import { allOf, clausesOf, oneOf, type SqlFragment } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import { type RecordRow, readSlice } from '../records/keyset.ts'
import { candidatePair } from './candidates.ts'

interface LinkRow {
  status: LinkStatus
  score: number
  components: SerializedJson<Link['components']>
  suggested_at: string
  decisions: SerializedJson<LinkDecision[]>
}

const LINK = `status, score, components, suggested_at,
  (SELECT json_group_array(json_object(
      'status', status, 'decided_at', decided_at, 'decided_by', decided_by, 'note', note))
    FROM (SELECT * FROM link_decisions WHERE link_key = links.key ORDER BY link_decisions.key)) AS decisions`

/** Each link from both of its sides. */
const SIDES = `(SELECT links.*, a_id AS own_id, b_id AS other_id FROM links
  UNION ALL SELECT links.*, b_id, a_id FROM links) AS links`

/** Links in SQLite. */
export class SqliteLinkStore implements LinkStore {
  constructor(private readonly connection: Connection) {}

  async listByIncident(
    id: string,
    filter: Pick<LinkFilter, 'status'>,
    request: SliceRequest,
  ): Promise<Slice<IncidentLink>> {
    return readSlice<IncidentLink, LinkRow & RecordRow>(
      this.connection,
      {
        select: `${LINK}, document, incidents.dataset AS dataset`,
        from: `${SIDES} JOIN incidents ON incidents.id = other_id
          JOIN documents ON documents.key = incidents.key`,
        // The plus keeps the planner on the few links of the incident: of a status there are many.
        where: allOf([
          { sql: 'own_id = ?', values: [id] },
          ...(filter.status ? [oneOf('+status', filter.status)] : []),
        ]),
        ordering: { columns: ['score', 'links.key'], isDescending: true },
        render: ({ document, dataset, ...row }) =>
          serialize<IncidentLink>({
            record: toRecordLink(parse(document as SerializedJson<Incident>)),
            dataset,
            ...toLinkFields(row),
          }),
      },
      request,
    )
  }

  async list(filter: LinkFilter, limit: number): Promise<Link[]> {
    const { sql, values } = conditionOf(filter)
    return this.connection
      .all<LinkRow & Pick<Link, 'a_id' | 'b_id'>>(
        `SELECT a_id, b_id, ${LINK} FROM links WHERE ${sql} ORDER BY score DESC, links.key LIMIT ?`,
        ...values,
        limit,
      )
      .map(toLink)
  }

  async count(filter: LinkFilter): Promise<number> {
    const { sql, values } = conditionOf(filter)
    return (
      this.connection.get<{ n: number }>(`SELECT count(*) AS n FROM links WHERE ${sql}`, ...values)?.n ?? 0
    )
  }

  async get(one: string, other: string): Promise<Link | null> {
    const [a, b] = orderPair({ id: one }, { id: other })
    const row = this.connection.get<LinkRow & Pick<Link, 'a_id' | 'b_id'>>(
      `SELECT a_id, b_id, ${LINK} FROM links WHERE a_id = ? AND b_id = ?`,
      a.id,
      b.id,
    )
    return row ? toLink(row) : null
  }

  async scorePair(one: string, other: string): Promise<ScoreBreakdown> {
    return scorePair(...candidatePair(this.connection, [one, other]))
  }
}

function conditionOf(filter: LinkFilter): SqlFragment {
  return clausesOf<LinkFilter>(
    {
      status: (statuses) => oneOf('status', statuses),
      dataset: (id) => ({
        sql: `EXISTS (SELECT 1 FROM incidents WHERE incidents.id IN (a_id, b_id) AND dataset = ?)`,
        values: [id],
      }),
    },
    filter,
  )
}

function toLink({ a_id, b_id, ...row }: LinkRow & Pick<Link, 'a_id' | 'b_id'>): Link {
  return { a_id, b_id, ...toLinkFields(row) }
}

function toLinkFields({ status, score, components, suggested_at, decisions }: LinkRow) {
  return { status, score, components: parse(components), suggested_at, decisions: parse(decisions) }
}
