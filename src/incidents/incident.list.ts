import { selectColumns } from '../http/formats/columns.ts'
import { renderCsv } from '../http/formats/csv.ts'
import { CsvFromJson } from '../http/formats/csv-from-json.ts'
import { selectFields } from '../http/formats/field-selection.ts'
import type { Format } from '../http/formats/formats.ts'
import { toFeature } from '../http/formats/geojson.ts'
import { envelope, jsonPage, type PageContent, selectRecord } from '../http/paging/pages.ts'
import { type NdjsonBatch, parse, type SerializedJson, serialize, splitNdjson, toNdjson } from '../records.ts'
import { INCIDENT_COLUMNS } from './incident.columns.ts'
import type { Incident } from './incident.schema.ts'

/** Dot paths that select parts of records; undefined for complete records. */
type Fields = readonly string[] | undefined

/** Batches of records as the store streams them. */
type Batches = AsyncIterable<NdjsonBatch>

/** Renders a page of incidents in a format. */
export async function renderPage(
  content: PageContent,
  format: Format,
  fields: Fields,
): Promise<string | Buffer> {
  const records = content.records as readonly SerializedJson<Incident>[]
  switch (format) {
    case 'json':
      return jsonPage(content, fields)
    case 'geojson':
      return `{"type":"FeatureCollection","features":[${renderFeatures(records, fields).join(',')}],${envelope(content)}}`
    default: {
      const parts: Buffer[] = []
      for await (const part of renderAll(once(toNdjson(records)), format, fields))
        parts.push(Buffer.from(part))
      return Buffer.concat(parts)
    }
  }
}

/** Renders a stream of incidents in a format without an envelope, part by part as they are read. */
export function renderAll(
  batches: Batches,
  format: Exclude<Format, 'json'>,
  fields: Fields,
): AsyncGenerator<string | Uint8Array> {
  switch (format) {
    case 'csv':
      return renderCsvRows(batches, fields)
    case 'ndjson':
      return renderLines(batches, fields)
    case 'geojson':
      return renderFeatureCollection(batches, fields)
    case 'parquet':
      return renderParquetFile(batches, fields)
  }
}

async function* renderCsvRows(batches: Batches, fields: Fields): AsyncGenerator<string | Uint8Array> {
  const columns = selectColumns(INCIDENT_COLUMNS, fields)
  const rows = new CsvFromJson(columns)
  let isFirst = true
  for await (const { json } of batches) {
    // The header waits for the first records: until something is sent, an error has a response of its own.
    if (isFirst) yield renderCsv(columns, [], true)
    isFirst = false
    yield rows.render(json)
  }
  if (isFirst) yield renderCsv(columns, [], true)
}

async function* renderLines(batches: Batches, fields: Fields): AsyncGenerator<string | Uint8Array> {
  for await (const batch of batches) {
    if (fields)
      yield splitNdjson(batch)
        .map((record) => `${selectRecord(record, fields)}\n`)
        .join('')
    else yield batch.json
  }
}

async function* renderParquetFile(batches: Batches, fields: Fields): AsyncGenerator<Uint8Array> {
  // The writer is loaded with the first file: it would cost every start some 30 ms.
  const { renderParquet } = await import('../http/formats/parquet.ts')
  yield* renderParquet(selectColumns(INCIDENT_COLUMNS, fields), parsed(batches))
}

async function* renderFeatureCollection(batches: Batches, fields: Fields): AsyncGenerator<string> {
  yield '{"type":"FeatureCollection","features":['
  let separator = '\n'
  for await (const batch of batches) {
    yield `${separator}${renderFeatures(splitNdjson(batch), fields).join(',\n')}`
    separator = ',\n'
  }
  yield '\n]}\n'
}

function renderFeatures(records: readonly SerializedJson<Incident>[], fields: Fields): string[] {
  return records.map((record) => {
    const incident = parse(record)
    return serialize(toFeature(incident, fields ? selectFields(incident, fields) : incident))
  })
}

async function* parsed(batches: Batches): AsyncGenerator<Incident[]> {
  for await (const batch of batches) yield splitNdjson<Incident>(batch).map(parse)
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}
