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
  datasetIds(): Promise<readonly string[]>
  /** Counts the incidents of a data set; may take long, and is asked for once for each revision. */
  countIncidents(dataset: string): Promise<number>
}

/** How long a request for metrics waits for new counts, in milliseconds; the last ones are returned after that. */
const COUNT_TIMEOUT_MS = 1000

/** Builds the metrics of the data. */
export function dataMetrics(data: MeasuredData): MetricSource[] {
  let counted: { revision: number; counts: Promise<readonly MetricValue[]> } | undefined
  let last: readonly MetricValue[] = []

  const count = async (): Promise<readonly MetricValue[]> => {
    const ids = await data.datasetIds()
    return Promise.all(
      ids.map(async (dataset) => ({ value: await data.countIncidents(dataset), labels: { dataset } })),
    )
  }
  const readCounts = async () => {
    const { number: revision } = await data.revision()
    if (counted?.revision !== revision) {
      const counts = count()
      counted = { revision, counts }
      counts.then(
        (values) => {
          last = values
        },
        () => {
          // They are counted again by the next request.
          counted = undefined
        },
      )
    }
    const timeout = new Promise<readonly MetricValue[]>((resolve) => {
      setTimeout(() => resolve(last), COUNT_TIMEOUT_MS).unref()
    })
    return Promise.race([counted.counts, timeout])
  }

  return [
    {
      name: 'incidents_records',
      help: 'Number of incidents by data set.',
      type: 'gauge',
      labelNames: ['dataset'],
      aggregator: 'max',
      read: readCounts,
    },
    metric('gauge', 'incidents_revision', 'The number of changes of the data.', 'max', async () => {
      return (await data.revision()).number
    }),
    metric(
      'gauge',
      'incidents_last_change_timestamp_seconds',
      'The time of the last change of the data, such as an import, in seconds since 1970.',
      'max',
      async () => (await data.revision()).at.getTime() / 1000,
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
