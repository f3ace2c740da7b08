import type { Claim } from '../../../figures/claim.schema.ts'
import { datasetClaims } from '../../../figures/dataset-claims.ts'
import type { Incident } from '../../../incidents/incident.schema.ts'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import { type NdjsonBatch, parse, type SerializedJson, serialize } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { clausesOf } from '../database/sql-fragment.ts'
import { INCIDENTS_WITH_DOCUMENTS } from '../records/document-sql.ts'
import type { RecordRow } from '../records/keyset.ts'
import { streamAllDocuments, streamDocuments, streamRecords } from '../records/ndjson-batches.ts'
import { withProperties } from './detail.ts'
import { columnsOf, orderOf } from './index-scan.ts'
import { WHERE_CLAUSES } from './where-clauses.ts'

/** Every incident of a query, read here and now: the connection is taken until the last. */
export function streamIncidents(connection: Connection, query: IncidentQuery): Generator<NdjsonBatch> {
  const where = clausesOf(WHERE_CLAUSES, query.filter)
  const { order, isDescending } = orderOf(query.sort)
  const ordering = { columns: columnsOf(order), descending: isDescending }
  const isEverything = Object.keys(query.filter).length === 0
  if (!query.expandClaims && isEverything && order === 'date')
    return streamAllDocuments(connection, isDescending)
  if (!query.expandClaims) return streamDocuments(connection, { from: 'incidents', where, ordering })
  const { select, render } = contentOf(connection, query)
  return streamRecords<RecordRow & ContentRow>(connection, {
    select: `${select}, documents.dataset`,
    ...(render && { render }),
    from: INCIDENTS_WITH_DOCUMENTS,
    where,
    ordering,
  })
}

/** What of a row a list shows. */
export interface ContentRow {
  document: SerializedJson<Incident>
  claims?: SerializedJson<Claim[]> | null
}

/** Columns of a record and how they become its JSON, where the document is not all of it. */
export function contentOf(
  connection: Connection,
  { expandClaims }: Pick<IncidentQuery, 'expandClaims'>,
): { select: string; render?: (row: ContentRow) => string } {
  if (!expandClaims) return { select: 'document' }
  return {
    select: 'document, claims',
    render: ({ document, claims }) =>
      withProperties(document, { claims: claims ?? statedClaims(connection, parse(document)) }),
  }
}

function statedClaims(connection: Connection, incident: Incident): string {
  const { dataset: id } = incident
  const name = connection.get<{ name: string }>('SELECT name FROM datasets WHERE id = ?', id)?.name
  return serialize(datasetClaims(incident, { id, name: name ?? id }))
}
