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

/** Rendered records as they are read from the store. */
type Batches = AsyncIterable<readonly Json<Incident>[]>

/** A page of incidents in its format. */
export async function renderPage(
  content: PageContent,
  format: Format,
  fields: Fields,
): Promise<string | Buffer> {
  const records = content.records as readonly Json<Incident>[]
  switch (format) {
    case 'json':
      return jsonPage(content, fields)
    case 'geojson':
      return `{"type":"FeatureCollection","features":[${features(records, fields).join(',')}],${envelope(content)}}`
    default: {
      const parts: Buffer[] = []
      for await (const part of renderAll(once(records), format, fields)) parts.push(Buffer.from(part))
      return Buffer.concat(parts)
    }
  }
}

/** Any number of incidents in a format that has no pages, part by part as they are read. */
export function renderAll(
  batches: Batches,
  format: Exclude<Format, 'json'>,
  fields: Fields,
): AsyncGenerator<string | Uint8Array> {
  switch (format) {
    case 'csv':
      return csvRows(batches, fields)
    case 'ndjson':
      return lines(batches, fields)
    case 'geojson':
      return featureCollection(batches, fields)
    case 'parquet':
      return parquetFile(batches, fields)
  }
}

async function* csvRows(batches: Batches, fields: Fields): AsyncGenerator<string> {
  const columns = columnsAt(INCIDENT_COLUMNS, fields)
  let isFirst = true
  for await (const records of parsed(batches)) {
    yield csv(columns, records, isFirst)
    isFirst = false
  }
  if (isFirst) yield csv(columns, [], true)
}

async function* parquetFile(batches: Batches, fields: Fields): AsyncGenerator<Uint8Array> {
  const { parquet } = await import('../http/parquet.ts')
  yield* parquet(columnsAt(INCIDENT_COLUMNS, fields), parsed(batches))
}

async function* lines(batches: Batches, fields: Fields): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map((record) => `${selected(record, fields)}\n`).join('')
}

async function* featureCollection(batches: Batches, fields: Fields): AsyncGenerator<string> {
  yield '{"type":"FeatureCollection","features":['
  let separator = '\n'
  for await (const batch of batches) {
    if (batch.length === 0) continue
    yield `${separator}${features(batch, fields).join(',\n')}`
    separator = ',\n'
  }
  yield '\n]}\n'
}

function features(records: readonly Json<Incident>[], fields: Fields): string[] {
  return records.map((record) => {
    const incident = parse(record)
    return render(feature(incident, fields ? project(incident, fields) : incident))
  })
}

async function* parsed(batches: Batches): AsyncGenerator<Incident[]> {
  for await (const batch of batches) yield batch.map(parse)
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}
