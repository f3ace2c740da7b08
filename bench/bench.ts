import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { type Data, type DataOptions, serviceEnvironment } from './data.ts'
import { type LoadResult, type Requests, runLoad } from './load.ts'
import { type Core, NotMeasured, peerPath, run, type Server, startServer } from './processes.ts'
import { computeRatios, median } from './statistics.ts'
import type { Turns } from './turns.ts'

/** The bound that the median ratio of a row must reach. */
export type Target = { atLeast: number } | { atMost: number }

/** The result of measuring one row. */
export interface Measurement {
  /** Our figure divided by theirs, one ratio per round. */
  ratios: number[]
  /** The medians of the two sides as text, with units. */
  figures: string
  /** False if a second condition, named in `figures`, does not hold. */
  isWithin?: boolean
}

/** One row of the results: two sides that are measured in turn. */
export interface Row {
  name: string
  /** The two sides as text: ours against theirs. */
  comparison: string
  target: Target
  /** The unit of our side. Less is better for `ms` and `MB`. */
  unit: 'requests/s' | 'rows/s' | 'ms' | 'MB'
  /** Excluded from the quick run: it takes long, or needs a browser or packages from the network. */
  isLeftOutOfQuick?: true
  /** The name of a row with the same side of ours: this row is redundant when two builds are compared. */
  ourSideIsThatOf?: string
  /** @throws NotMeasured if this machine lacks a program that the row needs */
  measure(bench: Bench): Promise<Measurement>
}

/** The size of a run. */
export interface BenchOptions extends DataOptions {
  /** How often the two sides take turns. */
  rounds: number
  /** Seconds of load on one side in one round. */
  seconds: number
  /** The first of two ports. */
  port: number
}

/** Data, servers and rounds for rows to measure with. */
export class Bench {
  constructor(
    readonly options: BenchOptions,
    readonly data: Data,
    readonly log: (text: string) => void,
    /** Set if our side is compared with another build instead of a peer. */
    private readonly build: { turns: Turns; side: 0 | 1 } | null = null,
  ) {}

  /** Starts the service. It caches no responses (RESPONSE_CACHE=0) unless `cachesResponses` is set. */
  async startService({
    core = 'server',
    database,
    offset = 0,
    cachesResponses = false,
    env = {},
  }: {
    core?: Core
    database?: string
    /** 1 starts a second server of ours on the second port. */
    offset?: 0 | 1
    cachesResponses?: boolean
    env?: Readonly<Record<string, string>>
  } = {}): Promise<Server> {
    const port = this.options.port + offset
    return startServer(core, [...this.data.cli, 'serve'], {
      port,
      path: '/readyz',
      env: serviceEnvironment(database ?? (await this.data.database()), {
        PORT: String(port),
        ...(!cachesResponses && { RESPONSE_CACHE: '0' }),
        ...env,
      }),
    })
  }

  /** Starts a peer's server on the second port and waits until `path` responds. */
  startPeer(command: (port: number) => readonly string[], path: string): Promise<Server> {
    const port = this.options.port + 1
    const env = { PATH: process.env.PATH, NODE_ENV: 'production' }
    return startServer('server', command(port), { port, path, env })
  }

  /** Starts bare Fastify, which responds with this text to every request. */
  startConstant(text: string): Promise<Server> {
    return this.startPeer((port) => this.bareCommand(port, text), '/')
  }

  /** The command of bare Fastify with one constant response and `routes` other routes. */
  bareCommand(port: number, text: string, routes = 0): string[] {
    const file = this.data.path('constant.json')
    writeFileSync(file, text)
    return [process.execPath, peerPath('bare.mjs'), `${port}`, file, `${routes}`]
  }

  /** Starts Fastify and better-sqlite3, which respond with the rows of a statement. */
  startStatement(
    database: string,
    form: 'objects' | 'documents',
    sql: string,
    path: string,
  ): Promise<Server> {
    return this.startPeer(
      (port) => [process.execPath, peerPath('sqlite.mjs'), `${port}`, database, form, sql],
      path,
    )
  }

  /**
   * Installs packages of the npm registry below a new folder, whose path it returns.
   * @throws NotMeasured when npm fails
   */
  async installPackages(...packages: string[]): Promise<string> {
    const folder = this.data.path(packages.join('-'))
    mkdirSync(folder)
    // Newer versions of npm run only the install scripts that are allowed here.
    const allowScripts = { 'better-sqlite3': true, bun: true }
    writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, allowScripts }))
    this.log(`installing ${packages.join(', ')}`)
    try {
      const install = ['npm', 'install', '--no-audit', '--no-fund', '--prefix', folder, ...packages]
      await run('all', install, { cwd: folder })
    } catch (error) {
      throw new NotMeasured(`npm cannot install ${packages.join(' and ')}: ${(error as Error).message}`)
    }
    return folder
  }

  /**
   * Measures one side and then the other, round after round, and divides the figures of each round. When two
   * builds are compared, the other build's `ours` replaces `theirs`, and no ratios are returned.
   */
  async alternate(ours: () => Promise<number>, theirs: () => Promise<number>, rounds = this.options.rounds) {
    const sides = { ours: [] as number[], theirs: [] as number[] }
    if (this.build) {
      const { turns, side } = this.build
      return { ...sides, ours: await turns.measure(side, ours, rounds), ratios: [] }
    }
    for (let round = 1; round <= rounds; round += 1) {
      this.log(`round ${round} of ${rounds}`)
      sides.ours.push(await ours())
      sides.theirs.push(await theirs())
    }
    return { ...sides, ratios: computeRatios(sides.ours, sides.theirs) }
  }

  /** Compares the requests per second of two servers, after a warm-up of each. */
  async compareRates(
    ours: Requests,
    theirs: Requests,
    { remark = '', generate = runLoad }: { remark?: string; generate?: typeof runLoad } = {},
  ): Promise<Measurement> {
    const { seconds } = this.options
    const loads: LoadResult[] = []
    const measure = (requests: Requests) => async () => {
      const result = await generate(requests, seconds)
      loads.push(result)
      return result.rate
    }
    if (!this.build) {
      this.log('warming up')
      for (const requests of [ours, theirs]) await generate(requests, seconds)
    }
    const result = await this.alternate(measure(ours), measure(theirs))
    const busiest = Math.max(...loads.map(({ generator }) => generator))
    const busy = busiest > 0.95 ? `; the load generator was at its limit` : ''
    return {
      ratios: result.ratios,
      figures: `${formatRate(result.ours)} against ${formatRate(result.theirs)} requests/s${remark && `; ${remark}`}${busy}`,
    }
  }
}

/** Starts servers, runs `work` with them and stops them, even if it fails. */
export async function withServers<T>(
  starts: readonly (() => Promise<Server>)[],
  work: (...servers: [Server, Server]) => Promise<T>,
): Promise<T> {
  const servers: Server[] = []
  try {
    for (const start of starts) servers.push(await start())
    return await work(...(servers as [Server, Server]))
  } finally {
    for (const server of servers) await server.stop()
  }
}

/** Copies a peer's program next to the packages that it imports. */
export function copyPeer(folder: string, name: string): string {
  copyFileSync(peerPath(name), `${folder}/${name}`)
  return `${folder}/${name}`
}

function formatRate(values: readonly number[]): string {
  const middle = median(values)
  return middle < 100 ? middle.toFixed(1) : Math.round(middle).toLocaleString('en')
}
