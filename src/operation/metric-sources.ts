import { stat } from 'node:fs/promises'
import { versions } from 'node:process'
import { RELEASE } from '../release.ts'

/** One value of a metric, with its labels if it has any. */
export interface MetricValue {
  value: number
  labels?: Readonly<Record<string, string>>
}

/** A metric that is read when metrics are requested. Names and units are as Prometheus recommends. */
export interface MetricSource {
  name: string
  help: string
  /** A counter only increases while the process runs. */
  type: 'gauge' | 'counter'
  labelNames?: readonly string[]
  /** How the values of several processes become one: the sum for what each has, the maximum for what they share. */
  aggregator: 'sum' | 'max'
  /** Reads the values; where this fails the metric is left out. */
  read(): readonly MetricValue[] | Promise<readonly MetricValue[]>
}

/** Builds a metric without labels. */
export function metric(
  type: MetricSource['type'],
  name: string,
  help: string,
  aggregator: MetricSource['aggregator'],
  read: () => number | Promise<number>,
): MetricSource {
  return { name, help, type, aggregator, read: async () => [{ value: await read() }] }
}

/** Describes the release, as Prometheus does it: a metric whose labels are what matters. */
export const buildInfo: MetricSource = {
  name: 'incidents_build_info',
  help: 'The release of the service and of Node.js; always 1.',
  type: 'gauge',
  labelNames: ['version', 'node'],
  aggregator: 'max',
  read: () => [{ value: 1, labels: { version: RELEASE, node: versions.node } }],
}

/** What the metrics of the data are read from. */
export interface MeasuredData {
  revision(): Promise<{ number: number; at: Date }>
  /** Counts the incidents of every data set; called once for each revision. */
  datasets(): Promise<readonly { id: string; incidents: number; imported_at: string }[]>
}

/** Builds the metrics of the data. */
export function dataMetrics(data: MeasuredData): MetricSource[] {
  let last: { revision: number; datasets: ReturnType<MeasuredData['datasets']> } | undefined
  const readDatasets = async () => {
    const { number: revision } = await data.revision()
    if (last?.revision !== revision) last = { revision, datasets: data.datasets() }
    try {
      return await last.datasets
    } catch (error) {
      last = undefined
      throw error
    }
  }
  const ofDatasets = (
    name: string,
    help: string,
    read: (incidents: number, importedAt: string) => number,
  ) => ({
    ...({ name, help, type: 'gauge', labelNames: ['dataset'], aggregator: 'max' } as const),
    read: async () =>
      (await readDatasets()).map(({ id, incidents, imported_at }) => ({
        value: read(incidents, imported_at),
        labels: { dataset: id },
      })),
  })
  const change = 'incidents_last_change_timestamp_seconds'
  return [
    ofDatasets('incidents_records', 'Number of incidents by data set.', (incidents) => incidents),
    ofDatasets(
      'incidents_last_import_timestamp_seconds',
      'The time of the last import by data set, in seconds since 1970.',
      (_, importedAt) => Date.parse(importedAt) / 1000,
    ),
    metric('gauge', 'incidents_revision', 'The number of changes of the data.', 'max', async () => {
      return (await data.revision()).number
    }),
    metric(
      'gauge',
      change,
      'The time of the last change of the data, in seconds since 1970.',
      'max',
      async () => {
        return (await data.revision()).at.getTime() / 1000
      },
    ),
  ]
}

/** Builds the metrics of the database's files. */
export function fileMetrics(path: string): MetricSource[] {
  const size = (name: string, help: string, file: string) =>
    metric('gauge', name, help, 'max', async () => (await stat(file)).size)
  return [
    size('incidents_database_bytes', 'Size of the database file.', path),
    size('incidents_wal_bytes', 'Size of the write-ahead log.', `${path}-wal`),
  ]
}

/** Builds the metrics of a cache of responses. */
export function cacheMetrics(cache: Readonly<Record<'hits' | 'misses' | 'bytes', number>>): MetricSource[] {
  const name = 'incidents_response_cache'
  return [
    metric('counter', `${name}_hits_total`, 'Responses that were cached.', 'sum', () => cache.hits),
    metric('counter', `${name}_misses_total`, 'Responses that were not cached.', 'sum', () => cache.misses),
    metric('gauge', `${name}_bytes`, 'Memory of the cached responses.', 'sum', () => cache.bytes),
  ]
}

/** Builds the metrics of what is running and waiting. */
export function loadMetrics(
  countExports: () => number,
  countQueued: () => Readonly<Record<string, number>>,
): MetricSource[] {
  return [
    metric('gauge', 'incidents_exports', 'Responses that are being streamed.', 'sum', countExports),
    {
      name: 'incidents_queued_queries',
      help: 'Sums, facets, totals and searches by name that wait for their turn, by lane.',
      type: 'gauge',
      labelNames: ['lane'],
      aggregator: 'sum',
      read: () => Object.entries(countQueued()).map(([lane, value]) => ({ value, labels: { lane } })),
    },
  ]
}
