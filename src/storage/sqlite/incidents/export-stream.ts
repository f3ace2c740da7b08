import type { Claim } from '../../../figures/claim.schema.ts'
import { datasetClaims } from '../../../figures/dataset-claims.ts'
import type { Incident } from '../../../incidents/incident.schema.ts'
import type { IncidentQuery } from '../../../incidents/incident.store.ts'
import { type Json, parse, type RecordLines, render } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import { RECORDS } from '../records/document-sql.ts'
import { clausesOf } from '../database/sql-fragment.ts'
import { INCIDENT_CLAUSES } from './where-clauses.ts'
import { withProperties } from './detail.ts'
import { allDocuments, everyDocument, everyRecord } from '../records/ndjson-batches.ts'
import type { RecordRow } from '../records/keyset.ts'
import { columnsOf, orderOf } from './index-scan.ts'

/** Every incident of a query, read here and now: the connection is taken until the last. */
export function incidentLines(connection: Connection, query: IncidentQuery): Generator<RecordLines> {
  const where = clausesOf(INCIDENT_CLAUSES, query.filter)
  const { order, isDescending } = orderOf(query.sort)
  const ordering = { columns: columnsOf(order), descending: isDescending }
  const isEverything = Object.keys(query.filter).length === 0
  if (!query.expandClaims && isEverything && order === 'date') return allDocuments(connection, isDescending)
  if (!query.expandClaims) return everyDocument(connection, { from: 'incidents', where, ordering })
  const { select, render } = contentOf(connection, query)
  return everyRecord<RecordRow & ContentRow>(connection, {
    select: `${select}, documents.dataset`,
    ...(render && { render }),
    from: RECORDS,
    where,
    ordering,
  })
}

/** What of a row a list shows. */
export interface ContentRow {
  document: Json<Incident>
  claims?: Json<Claim[]> | null
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
  return render(datasetClaims(incident, { id, name: name ?? id }))
}
