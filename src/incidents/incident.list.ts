import { selectColumns } from '../http/formats/columns.ts'
import { renderCsvHeader } from '../http/formats/csv.ts'
import { CsvFromJson } from '../http/formats/csv-from-json.ts'
import { selectFields } from '../http/formats/field-selection.ts'
import { type FileMetadata, watchDatasets } from '../http/formats/file-metadata.ts'
import type { RecordFormat } from '../http/formats/formats.ts'
import { renderCollectionEnd, toFeature, toFlatProperties } from '../http/formats/geojson.ts'
import { describePosition, type PageContent, selectRecord } from '../http/paging/pages.ts'
import type { Hint } from '../http/requests/hint.ts'
import { type NdjsonBatch, parse, serialize, splitNdjson, toNdjson } from '../records.ts'
import { INCIDENT_COLUMNS } from './incident.columns.ts'
import type { Incident } from './incident.schema.ts'

/** Batches of records as the store streams them. */
type Batches = AsyncIterable<NdjsonBatch>

/** How records are rendered, and what is rendered next to them. */
export interface Rendering {
  /** Dot paths that select parts of records; complete records when left out. */
  fields: readonly string[] | undefined
  /** GeoJSON: `properties` as in JSON, instead of flat columns. */
  isNested: boolean
  /** CSV: begins with a byte order mark. */
  hasMark: boolean
  /** GeoJSON, Parquet, XLSX: what the file says of itself. */
  describe: () => Promise<FileMetadata>
  /** GeoJSON: the URLs of the response and of the next page. */
  links: () => PageContent['links']
  hints: readonly Hint[]
}

/** Renders a page of incidents in a format other than JSON. */
export async function renderPage(
  content: PageContent,
  format: Exclude<RecordFormat, 'json'>,
  rendering: Rendering,
): Promise<Buffer> {
  const parts: Buffer[] = []
  const batches = once(toNdjson(content.records))
  const rendered =
    format === 'geojson' ? renderFeatures(batches, rendering, content) : renderAll(batches, format, rendering)
  for await (const part of rendered) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

/** Renders a stream of incidents in a format other than JSON, part by part as they are read. */
export function renderAll(
  batches: Batches,
  format: Exclude<RecordFormat, 'json'>,
  rendering: Rendering,
): AsyncGenerator<string | Uint8Array> {
  switch (format) {
    case 'csv':
      return renderCsv(batches, rendering)
    case 'ndjson':
      return renderLines(batches, rendering)
    case 'geojson':
      return renderFeatures(batches, rendering)
    case 'parquet':
      return renderParquetFile(batches, rendering)
    case 'xlsx':
      return renderWorkbook(batches, rendering)
  }
}

async function* renderCsv(
  batches: Batches,
  { fields, hasMark }: Rendering,
): AsyncGenerator<string | Uint8Array> {
  const columns = selectColumns(INCIDENT_COLUMNS, fields)
  const header = renderCsvHeader(columns, hasMark)
  const rows = new CsvFromJson(columns)
  let isFirst = true
  for await (const { json } of batches) {
    // The header waits for the first records: until something is sent, an error has a response of its own.
    if (isFirst) yield header
    isFirst = false
    yield rows.render(json)
  }
  if (isFirst) yield header
}

async function* renderLines(batches: Batches, { fields }: Rendering): AsyncGenerator<string | Uint8Array> {
  for await (const batch of batches) {
    if (fields)
      yield splitNdjson(batch)
        .map((record) => `${selectRecord(record, fields)}\n`)
        .join('')
    else yield batch.json
  }
}

// The writers of binary files are loaded with the first file: they would cost every start some 30 ms.

async function* renderParquetFile(
  batches: Batches,
  { fields, describe }: Rendering,
): AsyncGenerator<Uint8Array> {
  const { renderParquet } = await import('../http/formats/parquet.ts')
  yield* renderParquet(selectColumns(INCIDENT_COLUMNS, fields), parsed(batches), await describe())
}

async function* renderWorkbook(
  batches: Batches,
  { fields, describe }: Rendering,
): AsyncGenerator<Uint8Array> {
  const { renderXlsx } = await import('../http/formats/xlsx.ts')
  yield* renderXlsx('incidents', selectColumns(INCIDENT_COLUMNS, fields), parsed(batches), await describe())
}

/** Renders a FeatureCollection, of all matching records or of a page. */
async function* renderFeatures(
  batches: Batches,
  { fields, isNested, describe, links, hints }: Rendering,
  page?: PageContent,
): AsyncGenerator<string> {
  const columns = selectColumns(INCIDENT_COLUMNS, fields)
  const toProperties = (incident: Incident) => {
    if (!isNested) return toFlatProperties(incident, columns)
    return fields ? selectFields(incident, fields) : incident
  }
  const metadata = await describe()
  const datasets = new Set<string>()
  let separator = '{"type":"FeatureCollection","features":[\n'
  let returned = 0
  for await (const incidents of watchDatasets(parsed(batches), datasets)) {
    const features = incidents.map((incident) => serialize(toFeature(incident, toProperties(incident))))
    if (features.length === 0) continue
    yield `${separator}${features.join(',\n')}`
    separator = ',\n'
    returned += features.length
  }
  if (returned === 0) yield separator
  const end = renderCollectionEnd(
    returned,
    page ? page.total : { total: returned, total_is: 'exact' },
    links(),
    {
      ...(page && { page: describePosition(page) }),
      hints,
      datasets: await metadata.findCitations(datasets),
    },
  )
  yield `\n${end}\n`
}

async function* parsed(batches: Batches): AsyncGenerator<Incident[]> {
  for await (const batch of batches) yield splitNdjson<Incident>(batch).map(parse)
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}
