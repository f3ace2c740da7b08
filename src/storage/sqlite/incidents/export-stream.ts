import type { Claim } from '../../../figures/claim.schema.ts'
import { renderDatasetClaims } from '../../../figures/dataset-claims.ts'
import type { Incident } from '../../../incidents/incident.schema.ts'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import { type NdjsonBatch, parse, type SerializedJson } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { INCIDENTS_WITH_DOCUMENTS } from '../records/document-sql.ts'
import type { RecordRow } from '../records/keyset.ts'
import { streamAllDocuments, streamDocuments, streamRecords } from '../records/ndjson-batches.ts'
import { withProperty } from './detail.ts'
import { whereIncidents } from './filters.ts'
import { orderingOf, parseSort } from './index-scan.ts'

/** Reads every incident of a query synchronously: the connection is busy until the last. */
export function streamIncidents(connection: Connection, query: IncidentQuery): Generator<NdjsonBatch> {
  const { order, isDescending } = parseSort(query.sort)
  const isUnfiltered = Object.keys(query.filter).length === 0
  if (!query.expandClaims && isUnfiltered && order === 'date')
    return streamAllDocuments(connection, isDescending)
  const where = whereIncidents(query.filter)
  const ordering = orderingOf(order, isDescending, 'incidents')
  if (!query.expandClaims) return streamDocuments(connection, { from: 'incidents', where, ordering })
  const { select, render } = selectContent(connection, query)
  return streamRecords<RecordRow & ContentRow>(connection, {
    select: `${select}, documents.dataset`,
    ...(render && { render }),
    from: INCIDENTS_WITH_DOCUMENTS,
    where,
    ordering,
  })
}

/** The columns of a row that make a listed incident. */
export interface ContentRow {
  document: SerializedJson<Incident>
  claims?: SerializedJson<Claim[]> | null
}

/** The columns of a listed incident, and how they become its JSON where the document is not all of it. */
export function selectContent(
  connection: Connection,
  { expandClaims }: Pick<IncidentQuery, 'expandClaims'>,
): { select: string; render?: (row: ContentRow) => string } {
  if (!expandClaims) return { select: 'document' }
  return {
    select: 'document, claims',
    render: ({ document, claims }) =>
      withProperty(document, 'claims', claims ?? claimsOf(connection, parse(document))),
  }
}

function claimsOf(connection: Connection, incident: Incident): string {
  const { dataset: id } = incident
  const name = connection.get<{ name: string }>('SELECT name FROM datasets WHERE id = ?', id)?.name
  return renderDatasetClaims(incident, { id, name: name ?? id })
}
