import { execFileSync } from 'node:child_process'
import { get } from 'node:http'
import { type Bench, type Measurement, peerPath, type Row, withServers } from '../bench.ts'
import { serviceEnvironment } from '../data.ts'
import { measureLatencies } from '../load.ts'
import { checkPortFree, NotMeasured, start } from '../processes.ts'
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
  target: { atMost: 1.3 },
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
  target: { atMost: 5 },
  unit: 'ms',
  measure: (bench) => measureDuring(bench, exportPath('ndjson')),
}

const processes: Row = {
  name: 'processes',
  comparison: 'pages from two processes against one, both on all cores, which the load generator shares',
  target: { atLeast: 1.6 },
  unit: 'requests/s',
  async measure(bench) {
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
        return bench.compareRates(
          { port: two.port, paths },
          { port: one.port, paths },
          HAS_WRK ? { generate: runWrk, remark: 'load from wrk' } : { remark: 'load from Node' },
        )
      },
    )
  },
}

/** Rows on processes, startup, and latency during heavy requests. */
export const OPERATION: readonly Row[] = [processes, startRow, duringQuery, duringExport]
