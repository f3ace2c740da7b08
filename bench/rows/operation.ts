import { execFileSync } from 'node:child_process'
import { get } from 'node:http'
import { type Bench, type Measurement, peerFile, type Row, withServers } from '../bench.ts'
import { environment, INCIDENTS } from '../data.ts'
import { latencies } from '../load.ts'
import { NotMeasured, refuseTaken, start } from '../processes.ts'
import { fetchJson, ids, pageOf, places } from '../questions.ts'
import { median, quantile } from '../statistics.ts'
import { exportPath } from './exports.ts'

/** Milliseconds from the start of a process until a path of it is answered with 200. */
async function startTime(
  command: readonly string[],
  port: number,
  path: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  await refuseTaken(port)
  const began = performance.now()
  const child = start('server', command, { env, stdio: 'ignore' })
  const over = new Promise((resolve) => child.on('exit', resolve))
  const isAnswered = () =>
    new Promise<boolean>((resolve) => {
      const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode === 200))
      })
      request.on('error', () => resolve(false))
    })
  while (!(await isAnswered())) {
    if (child.exitCode !== null) throw new Error(`${command.slice(0, 3).join(' ')} does not serve`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const took = performance.now() - began
  child.kill('SIGTERM')
  await over
  return took
}

const startRow: Row = {
  name: 'start',
  what: 'the time from the start of the process to the first page answered, against bare Fastify with as many routes',
  target: { atMost: 1.3 },
  isQuick: true,
  async measure(bench) {
    const { port } = bench.options
    const routes = await withServers([() => bench.ours()], async (server) => {
      return Object.keys((await fetchJson<{ paths: object }>(server, '/openapi.json')).paths).length
    })
    const env = environment(await bench.data.database(), { PORT: `${port}` })
    const bare = bench.bare(port, JSON.stringify({ data: [] }), routes)
    const { ours, theirs, ratios } = await bench.rounds(
      () => startTime([...INCIDENTS, 'serve'], port, '/v1/incidents?limit=1', env),
      () => startTime(bare, port, '/', { PATH: process.env.PATH, NODE_ENV: 'production' }),
    )
    return {
      ratios,
      figures: `${Math.round(median(ours))} against ${Math.round(median(theirs))} ms; ${routes} paths`,
    }
  },
}

/** The 99th percentile of records by id beside something else, against when idle. All cores serve. */
async function besides(bench: Bench, path: string): Promise<Measurement> {
  const paths = ids(await bench.data.records()).map((id) => `/v1/incidents/${id}`)
  const seconds = Math.max(2, bench.options.seconds)
  return withServers([() => bench.ours({ core: 'all' })], async ({ port }) => {
    const p99 = async () => quantile(await latencies({ port, paths }, seconds), 0.99)
    await p99()
    const { ours, theirs, ratios } = await bench.rounds(async () => {
      const url = `http://127.0.0.1:${port}${path}`
      const other = start('all', [process.execPath, peerFile('insist.mjs'), url])
      try {
        const took = await p99()
        if (other.exitCode !== null) throw new Error(`${path} could not be asked beside`)
        return took
      } finally {
        other.kill('SIGKILL')
      }
    }, p99)
    return { ratios, figures: `${median(ours).toFixed(2)} against ${median(theirs).toFixed(2)} ms` }
  })
}

/** The question that reads most: every record, each of its actors, every figure of every group. */
const SLOWEST =
  '/v1/stats?group_by=actor,city,date&interval=day&expand=by_group&metrics=incidents,fatalities,injured'

const besideQuery: Row = {
  name: 'p99-query',
  what: 'the 99th percentile of records by id while the slowest sums are asked for, against idle (both on all cores)',
  target: { atMost: 1.5 },
  measure: (bench) => besides(bench, SLOWEST),
}

const besideExport: Row = {
  name: 'p99-export',
  what: 'the same while an export runs, which another process reads',
  target: { atMost: 5 },
  measure: (bench) => besides(bench, exportPath('ndjson')),
}

const processes: Row = {
  name: 'processes',
  what: 'pages from two processes against one, both on all cores, which the generator of the load shares',
  target: { atLeast: 1.6 },
  async measure(bench) {
    const config = execFileSync(process.execPath, ['dist/cli/main.js', 'config'], { encoding: 'utf8' })
    if (!config.includes('"PROCESSES"')) throw new NotMeasured('the service has no setting PROCESSES')
    return withServers(
      [
        () => bench.ours({ core: 'all', env: { PROCESSES: '2' } }),
        () => bench.ours({ core: 'all', offset: 1 }),
      ],
      async (two, one) => {
        const paths = (await places(one)).map(pageOf)
        return bench.compareRates({ port: two.port, paths }, { port: one.port, paths })
      },
    )
  },
}

/** Starting, answering beside heavy work, and more processes. */
export const OPERATION: readonly Row[] = [processes, startRow, besideQuery, besideExport]
