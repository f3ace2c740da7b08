import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import type { Static } from 'typebox'
import { OperatorError, type ParameterIssue } from './errors.ts'
import { suggest } from './text/suggest.ts'
import { Type } from './validation/schema.ts'
import { readStrings } from './validation/strings.ts'
import { count, enumeration } from './validation/types.ts'

/** Every setting: an environment variable, its default, and what it does. */
export const ConfigSchema = Type.Object(
  {
    HOST: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description: 'The address to listen on; `0.0.0.0` or `::` for every address of the machine.',
    }),
    PORT: Type.Integer({
      default: 3000,
      minimum: 0,
      maximum: 65_535,
      description: 'The port to listen on; 0 lets the system choose a free one.',
    }),
    DATABASE_URL: Type.String({
      default: 'sqlite:data/incidents.db',
      pattern: '^sqlite:.+$',
      description: 'The database: `sqlite:` and a path, relative to the working directory or absolute.',
    }),
    LOG_LEVEL: enumeration(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      description:
        'The least severe log lines to write: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.',
    }),
    RATE_LIMIT: Type.String({
      default: '1000',
      pattern: '^(off|[1-9]\\d{0,8})$',
      description: 'Requests a minute for one client, or `off` for no limit.',
    }),
    RESPONSE_CACHE: Type.Integer({
      ...count({ description: '' }),
      default: 64,
      maximum: 100_000,
      description:
        'Megabytes of memory for answers that are kept in case they are asked again; 0 keeps none.',
    }),
    PROCESSES: Type.String({
      default: '1',
      pattern: '^(auto|[1-9]\\d?)$',
      description: 'Processes that answer side by side, or `auto` for one a processor.',
    }),
    TRUST_PROXY: Type.String({
      default: 'off',
      description:
        "Whose `X-Forwarded-*` headers to believe: `off`, `on` (everybody's) or a list of addresses or CIDR ranges.",
    }),
    SHUTDOWN_DELAY: Type.Integer({
      ...count({ description: '' }),
      default: 0,
      maximum: 60_000,
      description: 'Milliseconds between turning unready and closing, for load balancers to notice.',
    }),
  },
  { additionalProperties: false },
)
type Settings = Static<typeof ConfigSchema>

/** The resolved configuration. */
export interface Config extends Readonly<Omit<Settings, 'RATE_LIMIT' | 'PROCESSES' | 'TRUST_PROXY'>> {
  /** Requests a minute for one client; null for no limit. */
  readonly RATE_LIMIT: number | null
  /** Processes that answer. */
  readonly PROCESSES: number
  /** As Fastify takes it. */
  readonly TRUST_PROXY: boolean | string
}

/** What is wrong with TRUST_PROXY: every item of the list must be an address or a CIDR range. */
function proxyIssues(value = 'off'): ParameterIssue[] {
  if (value === 'off' || value === 'on') return []
  const isRange = (item: string) => {
    const [address = '', bits, ...rest] = item.trim().split('/')
    const most = { 4: 32, 6: 128 }[isIP(address)] ?? -1
    const hasBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
    return rest.length === 0 && most > 0 && hasBits
  }
  const wrong = value.split(',').find((item) => !isRange(item))
  if (wrong === undefined) return []
  const reason = `must be off, on, or a comma-separated list of addresses or CIDR ranges, which "${wrong.trim()}" is not`
  return [{ parameter: 'TRUST_PROXY', reason }]
}

/** Variables that begin so are ours; one that we do not know is a slip. */
const PREFIX = 'INCIDENTS_'

/**
 * Reads the configuration from the environment, once; nothing else reads it.
 * @throws OperatorError that names every wrong value at once, and unknown variables with our prefix
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const names = Object.keys(ConfigSchema.properties)
  const ours = Object.fromEntries(names.map((name) => [name, environment[name]]))
  const { value, issues = [] } = readStrings<Settings>(ConfigSchema, ours)
  const unknown = Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX))
    .map((parameter) => {
      const bare = parameter.slice(PREFIX.length)
      const [suggestion] = names.includes(bare) ? [bare] : suggest(bare, names)
      return { parameter, reason: 'is no setting', suggestion }
    })
  const wrong = [...issues, ...unknown, ...proxyIssues(value?.TRUST_PROXY)]
  if (wrong.length > 0 || !value) {
    const lines = wrong.map(({ parameter, reason, suggestion }) => {
      return `${parameter} ${reason}${suggestion ? ` (did you mean ${suggestion}?)` : ''}`
    })
    throw new OperatorError(`The configuration is wrong: ${lines.join('; ')}`)
  }
  const { RATE_LIMIT, PROCESSES, TRUST_PROXY } = value
  return Object.freeze({
    ...value,
    RATE_LIMIT: RATE_LIMIT === 'off' ? null : Number(RATE_LIMIT),
    PROCESSES: PROCESSES === 'auto' ? availableParallelism() : Number(PROCESSES),
    TRUST_PROXY: TRUST_PROXY === 'off' ? false : TRUST_PROXY === 'on' ? true : TRUST_PROXY,
  })
}
