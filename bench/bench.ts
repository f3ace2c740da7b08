import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Data, type DataOptions, environment, INCIDENTS } from './data.ts'
import { type Load, load, type Questions } from './load.ts'
import { type Core, NotMeasured, run, type Server, serve } from './processes.ts'
import { median, ratios } from './statistics.ts'

/** What a row of the results must come to. */
export type Target = { atLeast: number } | { atMost: number }

/** What was measured for a row. */
export interface Measurement {
  /** Ours against theirs, one of each round. */
  ratios: number[]
  /** What the two sides came to, with units. */
  figures: string
  /** False where a second condition, told in `figures`, does not hold. */
  isWithin?: boolean
}

/** One row of the results. */
export interface Row {
  name: string
  /** What is set against what. */
  what: string
  target: Target
  /** Whether it belongs to the quick run. */
  isQuick?: true
  /** @throws NotMeasured where it cannot be done here */
  measure(bench: Bench): Promise<Measurement>
}

/** How much is measured. */
export interface BenchOptions extends DataOptions {
  /** How often the two sides take turns. */
  rounds: number
  /** How long one side is asked in a round. */
  seconds: number
  /** The first of two ports. */
  port: number
}

/** What rows measure with: data, servers and rounds. */
export class Bench {
  readonly data: Data

  constructor(
    readonly options: BenchOptions,
    readonly say: (text: string) => void,
  ) {
    this.data = new Data(options, say)
  }

  /** Our service. It keeps no answers (RESPONSE_CACHE=0) unless told to. */
  async ours({
    core = 'server',
    database,
    offset = 0,
    keepsAnswers = false,
    env = {},
  }: {
    core?: Core
    database?: string
    /** The second of our servers takes the second port. */
    offset?: 0 | 1
    keepsAnswers?: boolean
    env?: Readonly<Record<string, string>>
  } = {}): Promise<Server> {
    const port = this.options.port + offset
    return serve(core, [...INCIDENTS, 'serve'], {
      port,
      path: '/readyz',
      env: environment(database ?? (await this.data.database()), {
        PORT: String(port),
        ...(!keepsAnswers && { RESPONSE_CACHE: '0' }),
        ...env,
      }),
    })
  }

  /** A peer's server on the second port; the command is told the port. */
  peer(command: (port: number) => readonly string[], path: string): Promise<Server> {
    const port = this.options.port + 1
    const env = { PATH: process.env.PATH, NODE_ENV: 'production' }
    return serve('server', command(port), { port, path, env })
  }

  /** This answer and no other, from bare Fastify. */
  constant(text: string): Promise<Server> {
    return this.peer((port) => this.bare(port, text), '/')
  }

  /** The command of bare Fastify that always answers this text, with so many other routes. */
  bare(port: number, text: string, routes = 0): string[] {
    const file = this.data.path('constant.json')
    writeFileSync(file, text)
    return [process.execPath, peerFile('bare.mjs'), `${port}`, file, `${routes}`]
  }

  /** The rows of a statement from Fastify and better-sqlite3. */
  statement(database: string, form: 'objects' | 'documents', sql: string, path: string): Promise<Server> {
    return this.peer(
      (port) => [process.execPath, peerFile('sqlite.mjs'), `${port}`, database, form, sql],
      path,
    )
  }

  /**
   * A folder with packages of the npm registry in its node_modules.
   * @throws NotMeasured when they cannot be had
   */
  async packages(...packages: string[]): Promise<string> {
    const folder = this.data.path(packages.join('-'))
    mkdirSync(folder)
    // Newer npm runs no install scripts but those that are named.
    const allowScripts = { 'better-sqlite3': true, bun: true }
    writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, allowScripts }))
    this.say(`installing ${packages.join(', ')}`)
    try {
      const install = ['npm', 'install', '--no-audit', '--no-fund', '--prefix', folder, ...packages]
      await run('all', install, { cwd: folder })
    } catch (error) {
      throw new NotMeasured(`npm cannot install ${packages.join(' and ')}: ${(error as Error).message}`)
    }
    return folder
  }

  /** Runs one side and then the other, round after round, and sets each round's figures against each other. */
  async rounds(ours: () => Promise<number>, theirs: () => Promise<number>, rounds = this.options.rounds) {
    const sides = { ours: [] as number[], theirs: [] as number[] }
    for (let round = 1; round <= rounds; round += 1) {
      this.say(`round ${round} of ${rounds}`)
      sides.ours.push(await ours())
      sides.theirs.push(await theirs())
    }
    return { ...sides, ratios: ratios(sides.ours, sides.theirs) }
  }

  /** Answers a second of two servers, after a warm-up of each. */
  async compareRates(ours: Questions, theirs: Questions, remark = ''): Promise<Measurement> {
    const { seconds } = this.options
    const loads: Load[] = []
    const rateOf = (questions: Questions) => async () => {
      const one = await load(questions, seconds)
      loads.push(one)
      return one.rate
    }
    this.say('warming up')
    for (const questions of [ours, theirs]) await load(questions, seconds)
    const result = await this.rounds(rateOf(ours), rateOf(theirs))
    const busiest = Math.max(...loads.map(({ generator }) => generator))
    const busy = busiest > 0.95 ? `; the generator of the load was at its limit` : ''
    return {
      ratios: result.ratios,
      figures: `${rate(result.ours)} against ${rate(result.theirs)} answers/s${remark && `; ${remark}`}${busy}`,
    }
  }
}

/** Starts servers, works with them and stops them, whatever happens. */
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

/** The path of a peer's program. */
export function peerFile(name: string): string {
  return fileURLToPath(new URL(`peers/${name}`, import.meta.url))
}

/** A copy of a peer's program beside the packages that it imports. */
export function peerBeside(folder: string, name: string): string {
  copyFileSync(peerFile(name), `${folder}/${name}`)
  return `${folder}/${name}`
}

function rate(values: readonly number[]): string {
  const middle = median(values)
  return middle < 100 ? middle.toFixed(1) : Math.round(middle).toLocaleString('en')
}
