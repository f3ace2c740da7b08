import { Readable } from 'node:stream'
import { columnsAt } from '../http/columns.ts'
import { csv } from '../http/csv.ts'
import { project } from '../http/fields.ts'
import type { Format } from '../http/formats.ts'
import { feature } from '../http/geojson.ts'
import { envelope, jsonPage, type PageContent, selected } from '../http/pages.ts'
import { type Json, parse, render } from '../records.ts'
import { INCIDENT_COLUMNS } from './incident.columns.ts'
import type { Incident } from './incident.schema.ts'

/** Dot paths that a client limits records to; undefined for all. */
type Fields = readonly string[] | undefined

/** A page of incidents as the text of its format. */
export function renderPage(content: PageContent, format: Format, fields: Fields): string {
  const records = content.records as readonly Json<Incident>[]
  switch (format) {
    case 'json':
      return jsonPage(content, fields)
    case 'geojson': {
      const features = records.map((record) => {
        const incident = parse(record)
        return render(feature(incident, fields ? project(incident, fields) : incident))
      })
      return `{"type":"FeatureCollection","features":[${features.join(',')}],${envelope(content)}}`
    }
    default:
      return renderLines(records, format, fields, true)
  }
}

/** All matching incidents, line by line, as they are read from the store. */
export function streamLines(
  batches: AsyncIterable<Json<Incident>[]>,
  format: 'csv' | 'ndjson',
  fields: Fields,
): Readable {
  async function* lines() {
    let first = true
    for await (const batch of batches) {
      yield renderLines(batch, format, fields, first)
      first = false
    }
  }
  return Readable.from(lines())
}

function renderLines(
  records: readonly Json<Incident>[],
  format: 'csv' | 'ndjson',
  fields: Fields,
  header: boolean,
): string {
  if (format === 'csv') return csv(columnsAt(INCIDENT_COLUMNS, fields), records.map(parse), header)
  return records.map((record) => `${selected(record, fields)}\n`).join('')
}
