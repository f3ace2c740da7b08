import { selectColumns } from '../http/formats/columns.ts'
import { renderCsvHeader } from '../http/formats/csv.ts'
import { CsvFromJson } from '../http/formats/csv-from-json.ts'
import { selectFields } from '../http/formats/field-selection.ts'
import { type FileMetadata, type FileState, watchDatasets } from '../http/formats/file-metadata.ts'
import type { RecordFormat } from '../http/formats/formats.ts'
import { renderCollectionEnd, toFeature, toFlatProperties } from '../http/formats/geojson.ts'
import { describePosition, type PageContent, selectRecord } from '../http/paging/pages.ts'
import type { Hint } from '../http/requests/hint.ts'
import { type NdjsonBatch, parse, serialize, splitNdjson, toNdjson } from '../records.ts'
import { INCIDENT_COLUMNS } from './incident.columns.ts'
import type { Incident } from './incident.schema.ts'

/** What a file of incidents is like: plain data, because it is rendered in the thread that reads the records. */
export interface FileRequest {
  format: Exclude<RecordFormat, 'json'>
  /** Dot paths that select parts of records; complete records when left out. */
  fields?: readonly string[] | undefined
  /** GeoJSON: `properties` as in JSON, instead of flat columns. */
  isNested?: boolean
  /** CSV: begins with a byte order mark. */
  hasMark?: boolean
  /** GeoJSON, Parquet, XLSX: where the file is from. */
  urls?: FileUrls
  /** GeoJSON: hints at the query. */
  hints?: readonly Hint[]
}

/** The URL that selects the records, and those of the response and of the next page. */
export type FileUrls = PageContent['links'] & { query: string }

/** A part of a file, and how many more records were read for it. */
export interface FilePart {
  bytes: Uint8Array
  records: number
}

/** Batches of records as an engine reads them. */
type Batches = Iterable<NdjsonBatch> | AsyncIterable<NdjsonBatch>
/** Reads what a file says of the state of the data; asked for when a format needs it. */
type Describe = () => Promise<FileState>

/** Renders a page of incidents as a file. */
export async function renderPage(
  content: PageContent,
  file: FileRequest,
  describe: Describe,
): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of render([toNdjson(content.records)], file, describe, content))
    parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

/** Renders incidents as a file, part by part as they are read. */
export async function* renderFile(
  batches: Batches,
  file: FileRequest,
  describe: Describe,
): AsyncGenerator<FilePart> {
  let records = 0
  async function* count() {
    for await (const batch of batches) {
      records += batch.records
      yield batch
    }
  }
  for await (const part of render(count(), file, describe)) {
    yield { bytes: typeof part === 'string' ? Buffer.from(part) : part, records }
    records = 0
  }
}

function render(
  batches: Batches,
  file: FileRequest,
  describe: Describe,
  page?: PageContent,
): AsyncGenerator<string | Uint8Array> {
  switch (file.format) {
    case 'csv':
      return renderCsv(batches, file)
    case 'ndjson':
      return renderLines(batches, file)
    case 'geojson':
      return renderFeatures(batches, file, describe, page)
    case 'parquet':
      return renderParquetFile(batches, file, describe)
    case 'xlsx':
      return renderWorkbook(batches, file, describe)
  }
}

async function* renderCsv(
  batches: Batches,
  { fields, hasMark = false }: FileRequest,
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

async function* renderLines(batches: Batches, { fields }: FileRequest): AsyncGenerator<string | Uint8Array> {
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
  { fields, urls }: FileRequest,
  describe: Describe,
): AsyncGenerator<Uint8Array> {
  const { renderParquet } = await import('../http/formats/parquet.ts')
  yield* renderParquet(
    selectColumns(INCIDENT_COLUMNS, fields),
    parsed(batches),
    await readMetadata(urls, describe),
  )
}

async function* renderWorkbook(
  batches: Batches,
  { fields, urls }: FileRequest,
  describe: Describe,
): AsyncGenerator<Uint8Array> {
  const { renderXlsx } = await import('../http/formats/xlsx.ts')
  yield* renderXlsx(
    'incidents',
    selectColumns(INCIDENT_COLUMNS, fields),
    parsed(batches),
    await readMetadata(urls, describe),
  )
}

/** Renders a FeatureCollection, of all matching records or of a page. */
async function* renderFeatures(
  batches: Batches,
  { fields, isNested = false, urls, hints = [] }: FileRequest,
  describe: Describe,
  page?: PageContent,
): AsyncGenerator<string> {
  const columns = selectColumns(INCIDENT_COLUMNS, fields)
  const toProperties = (incident: Incident) => {
    if (!isNested) return toFlatProperties(incident, columns)
    return fields ? selectFields(incident, fields) : incident
  }
  const { findCitations } = await describe()
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
    requireUrls(urls),
    {
      ...(page && { page: describePosition(page) }),
      hints,
      datasets: await findCitations(datasets),
    },
  )
  yield `\n${end}\n`
}

async function* parsed(batches: Batches): AsyncGenerator<Incident[]> {
  for await (const batch of batches) yield splitNdjson<Incident>(batch).map(parse)
}

async function readMetadata(urls: FileUrls | undefined, describe: Describe): Promise<FileMetadata> {
  return { ...(await describe()), url: requireUrls(urls).query }
}

function requireUrls(urls: FileUrls | undefined): FileUrls {
  if (!urls) throw new Error('The format names URLs, and none are given')
  return urls
}
