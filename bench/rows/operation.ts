import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { type Bench, type Measurement, type Row, withServers } from '../bench.ts'
import { serviceEnvironment } from '../data.ts'
import { measureLatencies, type Requests, runLoad, sendAll } from '../load.ts'
import {
  checkPortFree,
  NotMeasured,
  peerPath,
  readMemory,
  readProcessorTime,
  type Server,
  start,
} from '../processes.ts'
import { fetchJson, fetchLargestPlaces, pagePath, sampleIds } from '../requests.ts'
import { median, quantile } from '../statistics.ts'
import { HAS_WRK, runWrk } from '../wrk.ts'
import { exportPath } from './exports.ts'

/** Measures the milliseconds from the start of a process until it responds with 200 to a path. */
async function measureStartTime(
  command: readonly string[],
  port: number,
  path: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  await checkPortFree(port)
  const began = performance.now()
  const child = start('server', command, { env, stdio: 'ignore' })
  const exit = new Promise((resolve) => child.on('exit', resolve))
  const isReady = () =>
    new Promise<boolean>((resolve) => {
      const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode === 200))
      })
      request.on('error', () => resolve(false))
    })
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`${command.slice(0, 3).join(' ')} does not serve`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const took = performance.now() - began
  child.kill('SIGTERM')
  await exit
  return took
}

const startRow: Row = {
  name: 'start',
  comparison:
    'the time from the start of the process to the first page, against bare Fastify with as many routes',
  target: { atMost: 3 },
  unit: 'ms',
  async measure(bench) {
    const { port } = bench.options
    const routes = await withServers([() => bench.startService()], async (server) => {
      return Object.keys((await fetchJson<{ paths: object }>(server, '/openapi.json')).paths).length
    })
    const env = serviceEnvironment(await bench.data.database(), { PORT: `${port}` })
    const bare = bench.bareCommand(port, JSON.stringify({ data: [] }), routes)
    const { ours, theirs, ratios } = await bench.alternate(
      () => measureStartTime([...bench.data.cli, 'serve'], port, '/v1/incidents?limit=1', env),
      () => measureStartTime(bare, port, '/', { PATH: process.env.PATH, NODE_ENV: 'production' }),
    )
    return {
      ratios,
      figures: `${Math.round(median(ours))} against ${Math.round(median(theirs))} ms; ${routes} paths`,
    }
  },
}

/** Compares the 99th percentile of records by id during requests to `path` with the idle server's. All cores serve. */
async function measureDuring(bench: Bench, path: string): Promise<Measurement> {
  const paths = sampleIds(await bench.data.records()).map((id) => `/v1/incidents/${id}`)
  const seconds = Math.max(2, bench.options.seconds)
  return withServers([() => bench.startService({ core: 'all' })], async ({ port }) => {
    const measureP99 = async () => quantile(await measureLatencies({ port, paths }, seconds), 0.99)
    await measureP99()
    const { ours, theirs, ratios } = await bench.alternate(async () => {
      const url = `http://127.0.0.1:${port}${path}`
      const other = start('all', [process.execPath, peerPath('hammer.mjs'), url])
      try {
        const p99 = await measureP99()
        if (other.exitCode !== null) throw new Error(`The requests to ${path} ended early`)
        return p99
      } finally {
        other.kill('SIGKILL')
      }
    }, measureP99)
    return { ratios, figures: `${median(ours).toFixed(2)} against ${median(theirs).toFixed(2)} ms` }
  })
}

/** The request that reads most: every record, each of its actors, every figure of every group. */
const SLOWEST_PATH =
  '/v1/stats?group_by=actor,city,date&interval=day&expand=by_group&metrics=incidents,fatalities,injured'

const duringQuery: Row = {
  name: 'p99-query',
  comparison:
    'the 99th percentile of records by id while the slowest sums are requested, against idle (both on all cores)',
  target: { atMost: 1.5 },
  unit: 'ms',
  measure: (bench) => measureDuring(bench, SLOWEST_PATH),
}

const duringExport: Row = {
  name: 'p99-export',
  comparison: 'the same while an export runs, which another process reads',
  target: { atMost: 4 },
  unit: 'ms',
  measure: (bench) => measureDuring(bench, exportPath('ndjson')),
}

/** Records of the file that is imported while latencies are measured. */
const IMPORTED = 50_000

const duringImport: Row = {
  name: 'p99-import',
  comparison: `the same, of the seed's records, while another process imports ${IMPORTED.toLocaleString('en')} records into the database, from its start to its end`,
  target: { atMost: 4 },
  unit: 'ms',
  async measure(bench) {
    const file = await bench.data.file(Math.min(IMPORTED, bench.options.rows))
    const folder = mkdtempSync(bench.data.path('imported-'))
    let round = 0
    const latencies: number[] = []
    const measureRound = async () => {
      round += 1
      const database = `${folder}/${round}.db`
      return withServers([() => bench.startService({ core: 'all', database })], async (server) => {
        type Page = { data: { id: string }[] }
        const { data } = await fetchJson<Page>(server, '/v1/incidents?fields=id')
        const requests = { port: server.port, paths: data.map(({ id }) => `/v1/incidents/${id}`) }
        await measureLatencies(requests, 2)
        latencies.push(quantile(await measureLatencies(requests, 4), 0.99))
        const importing = start('all', [...bench.data.cli, 'import', file], {
          env: serviceEnvironment(database),
        })
        const times: number[] = []
        while (importing.exitCode === null) times.push(...(await measureLatencies(requests, 0.5)))
        if (importing.exitCode !== 0) throw new Error('The import failed')
        return quantile(times, 0.99)
      })
    }
    const { ours, theirs, ratios } = await bench.alternate(
      measureRound,
      async () => latencies.at(-1) ?? Number.NaN,
      Math.min(3, bench.options.rounds),
    )
    rmSync(folder, { recursive: true })
    return { ratios, figures: `${median(ours).toFixed(2)} against ${median(theirs).toFixed(2)} ms` }
  },
}

/** Compares two processes with one; all cores serve. */
async function compareProcesses(
  bench: Bench,
  compare: (two: Requests & { server: Server }, one: Requests & { server: Server }) => Promise<Measurement>,
): Promise<Measurement> {
  const [node = '', ...cli] = bench.data.cli
  const config = execFileSync(node, [...cli, 'config'], { encoding: 'utf8' })
  if (!config.includes('"PROCESSES"')) throw new NotMeasured('the service has no setting PROCESSES')
  return withServers(
    [
      () => bench.startService({ core: 'all', env: { PROCESSES: '2' } }),
      () => bench.startService({ core: 'all', offset: 1 }),
    ],
    async (two, one) => {
      const paths = (await fetchLargestPlaces(one)).map(pagePath)
      return compare({ server: two, port: two.port, paths }, { server: one, port: one.port, paths })
    },
  )
}

const processes: Row = {
  name: 'processes',
  comparison: 'pages from two processes against one, both on all cores, which the load generator shares',
  target: { atLeast: 1.5 },
  unit: 'requests/s',
  measure: (bench) =>
    compareProcesses(bench, (two, one) =>
      bench.compareRates(
        two,
        one,
        HAS_WRK ? { generate: runWrk, remark: 'load from wrk' } : { remark: 'load from Node' },
      ),
    ),
}

const processorTime: Row = {
  name: 'processes-cpu',
  comparison: 'pages for each second of processor time of two processes against one',
  target: { atLeast: 0.9 },
  unit: 'requests/s',
  measure: (bench) =>
    compareProcesses(bench, async (two, one) => {
      const generate = HAS_WRK ? runWrk : runLoad
      const seconds = Math.max(2, bench.options.seconds)
      const measure =
        ({ server, ...requests }: Requests & { server: Server }) =>
        async () => {
          const before = readProcessorTime(server.process)
          const { rate } = await generate(requests, seconds)
          return (rate * seconds) / (readProcessorTime(server.process) - before)
        }
      for (const side of [two, one]) await measure(side)()
      const { ours, theirs, ratios } = await bench.alternate(measure(two), measure(one))
      const [a, b] = [ours, theirs].map((rates) => Math.round(median(rates)).toLocaleString('en'))
      return { ratios, figures: `${a} against ${b} requests for each second` }
    }),
}

/** Requests of every kind, none of them twice. */
function mixRequests(records: number, places: readonly string[]): string[] {
  const byId = sampleIds(records, 6000).map((id) => `/v1/incidents/${id}`)
  const others = places.flatMap((place, index) => {
    const city = `place=${encodeURIComponent(place)}`
    return [
      pagePath(place),
      `/v1/incidents?${city}&format=csv&limit=200`,
      `/v1/incidents?${city}&format=geojson&limit=100`,
      `/v1/incidents?${city}&q=police&sort=-deaths`,
      `/v1/stats?${city}&group_by=date&interval=year`,
      `/v1/facets?${city}&fields=actor,event_type`,
      `/v1/incidents?deaths_min=${index}&total=exact&limit=10`,
      `/v1/places?q=${encodeURIComponent(place.slice(-4))}`,
      `/v1/actors?limit=20&q=${index}`,
      `/v1/incidents?country=Iraq&limit=${1 + (index % 100)}&date_from=20${String(10 + (index % 10))}-01-01`,
    ]
  })
  return [...byId, ...others]
}

const memoryAfter: Row = {
  name: 'memory',
  comparison:
    "the server's resident memory (without the pages of mapped files) after 10,000 requests of every kind against after its first page",
  target: { atMost: 2 },
  unit: 'MB',
  async measure(bench) {
    const records = await bench.data.records()
    let before: number | null = null
    const { ours, theirs, ratios } = await bench.alternate(
      () =>
        withServers([() => bench.startService({ core: 'all', cachesResponses: true })], async (server) => {
          const places = await fetchLargestPlaces(server)
          before = readMemory(server.process, 'RssAnon')
          const paths = mixRequests(records, places)
          for (let from = 0; from < paths.length; from += 500)
            await sendAll({ port: server.port, paths: paths.slice(from, from + 500) })
          const after = readMemory(server.process, 'RssAnon')
          if (before === null || after === null) throw new NotMeasured('there is no /proc here')
          return after
        }),
      () => Promise.resolve(before ?? Number.NaN),
      Math.min(3, bench.options.rounds),
    )
    return { ratios, figures: `${Math.round(median(ours))} against ${Math.round(median(theirs))} MB` }
  },
}

/** Rows on processes, startup, memory, and latency during heavy requests. */
export const OPERATION: readonly Row[] = [
  processes,
  processorTime,
  startRow,
  memoryAfter,
  duringQuery,
  duringExport,
  duringImport,
]
