import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import type { Static } from 'typebox'
import { OperatorError, type ParameterIssue } from './errors.ts'
import { suggest } from './text/suggest.ts'
import { BASE_PATH_RULE, parseBasePath } from './validation/base-path.ts'
import { Type } from './validation/schema.ts'
import { parseStrings } from './validation/strings.ts'
import { count, enumeration } from './validation/types.ts'

/** The schemes that `DATABASE_URL` may have, one for each storage engine. */
export const DATABASE_SCHEMES = ['sqlite'] as const

/** Where the database is when `DATABASE_URL` is not set. */
export const DEFAULT_DATABASE_URL = 'sqlite:data/incidents.db'

/** The schema of the settings: environment variables with defaults and descriptions. */
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
      default: DEFAULT_DATABASE_URL,
      pattern: `^(${DATABASE_SCHEMES.join('|')}):.+$`,
      description: 'The database: `sqlite:` and a path, relative to the working directory or absolute.',
    }),
    LOG_LEVEL: enumeration(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      description:
        'The least severe log lines to write: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.',
    }),
    LOG_FORMAT: enumeration(['json', 'pretty'], {
      default: 'json',
      description: 'The form of log lines: `json` for machines, `pretty` for people.',
    }),
    RATE_LIMIT: Type.String({
      default: '1000',
      pattern: '^(off|[1-9]\\d{0,8})$',
      description: 'Units a minute for one client, or `off` for no limit: most requests use one.',
    }),
    RESPONSE_CACHE: Type.Integer({
      ...count({ description: '' }),
      default: 64,
      maximum: 100_000,
      description: 'Megabytes of memory for caching responses; 0 turns the cache off.',
    }),
    EXPORTS: Type.Integer({
      ...count({ description: '' }),
      default: 8,
      minimum: 1,
      maximum: 1000,
      description: 'Responses without `limit` that each process streams at a time.',
    }),
    EXPORTS_PER_CLIENT: Type.Integer({
      ...count({ description: '' }),
      default: 2,
      minimum: 1,
      maximum: 1000,
      description: 'The same for one client.',
    }),
    SUMS_MEMORY: Type.Integer({
      ...count({ description: '' }),
      default: 256,
      minimum: 64,
      maximum: 100_000,
      description:
        'Megabytes of memory for each of the two sums that a process computes at a time; one that needs more fails.',
    }),
    SUMS_THREADS: Type.Integer({
      ...count({ description: '' }),
      default: 1,
      minimum: 1,
      maximum: 64,
      description: 'Threads of each of these sums.',
    }),
    PROCESSES: Type.String({
      default: '1',
      pattern: '^(auto|[1-9]\\d?)$',
      description: 'Number of processes that serve requests, or `auto` for one per processor.',
    }),
    TRUST_PROXY: Type.String({
      default: 'off',
      description:
        'Proxies whose `X-Forwarded-*` headers are trusted: `off`, a list of addresses or CIDR ranges, or their number.',
    }),
    BASE_PATH: Type.String({
      default: 'auto',
      description:
        'The path under which clients reach the service, such as `/conflict`; `auto` for that of `PUBLIC_URL`, else `X-Forwarded-Prefix` of a trusted proxy, else `/`.',
    }),
    PUBLIC_URL: Type.String({
      default: 'auto',
      description:
        'The URL of the service for clients, such as `https://example.org/conflict`, of which absolute URLs are made; `auto` for what each request names.',
    }),
    METRICS_HOST: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description: 'The address on which `/metrics` alone is served, if `METRICS_PORT` is set.',
    }),
    METRICS_PORT: Type.String({
      default: 'off',
      pattern: '^(off|\\d{1,5})$',
      description: 'The port on which `/metrics` alone is served, or `off` to serve it with the API.',
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
export interface Config extends Readonly<Omit<Settings, ParsedSetting>> {
  /** Units a minute for one client; null for no limit. */
  readonly RATE_LIMIT: number | null
  /** Number of processes that serve requests. */
  readonly PROCESSES: number
  /** The port of the metrics; null when they are served with the API. */
  readonly METRICS_PORT: number | null
  /** The trusted proxies: none, a list, or their number, counted from the nearest. */
  readonly TRUST_PROXY: false | string | number
  /** The base path without a slash at its end, so empty for the root; null when each request names it. */
  readonly BASE_PATH: string | null
  /** Scheme, host and base path, without a slash at the end; null when each request names them. */
  readonly PUBLIC_URL: string | null
}

type ParsedSetting = 'RATE_LIMIT' | 'PROCESSES' | 'TRUST_PROXY' | 'METRICS_PORT' | 'BASE_PATH' | 'PUBLIC_URL'

/** The number of proxies that may be behind each other. */
const PROXY_COUNT = /^[1-9]$/

/** Checks TRUST_PROXY: every item of the list must be an address or a CIDR range. */
function checkProxies(value = 'off'): ParameterIssue[] {
  if (value === 'off' || PROXY_COUNT.test(value)) return []
  const isRange = (item: string) => {
    const [address = '', bits, ...rest] = item.trim().split('/')
    const maxBits = { 4: 32, 6: 128 }[isIP(address)] ?? -1
    const hasBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= maxBits)
    return rest.length === 0 && maxBits > 0 && hasBits
  }
  const wrong = value.split(',').find((item) => !isRange(item))
  if (wrong === undefined) return []
  const permitted =
    'off, a comma-separated list of addresses or CIDR ranges, or the number of proxies (1 to 9)'
  const reason =
    wrong === 'on'
      ? `must name the proxies, since any client could claim any address otherwise: it may be ${permitted}, such as 1`
      : `must be ${permitted}, which "${wrong.trim()}" is not`
  return [{ parameter: 'TRUST_PROXY', reason }]
}

function parseProxies(value: string): Config['TRUST_PROXY'] {
  if (value === 'off') return false
  return PROXY_COUNT.test(value) ? Number(value) : value
}

/** Checks METRICS_PORT, whose pattern permits more than there are ports. */
function checkMetricsPort(value = 'off'): ParameterIssue[] {
  if (value === 'off' || Number(value) <= 65_535) return []
  return [{ parameter: 'METRICS_PORT', reason: 'must be off or at most 65535' }]
}

/** An HTTP URL without user, query and fragment; its path as it was written. */
const SERVICE_URL = /^https?:\/\/[^\s\\/?#@]+(\/[^?#]*)?$/i

/** Parses PUBLIC_URL; null when it is not a URL under which the service can be reached. */
function parsePublicUrl(text: string): { url: string; basePath: string } | null {
  const [url, path = '/'] = SERVICE_URL.exec(text) ?? []
  const basePath = parseBasePath(path)
  if (url === undefined || basePath === null || !URL.canParse(url)) return null
  return { url: `${new URL(url).origin}${basePath}`, basePath }
}

/** Checks BASE_PATH and PUBLIC_URL, whose path must be the base path. */
function checkPublicAddress({
  BASE_PATH = 'auto',
  PUBLIC_URL = 'auto',
}: Partial<Settings> = {}): ParameterIssue[] {
  const [basePath, publicUrl] = [parseBasePath(BASE_PATH), parsePublicUrl(PUBLIC_URL)]
  const issues: ParameterIssue[] = []
  if (BASE_PATH !== 'auto' && basePath === null)
    issues.push({ parameter: 'BASE_PATH', reason: `must be auto or ${BASE_PATH_RULE}` })
  if (PUBLIC_URL !== 'auto' && publicUrl === null) {
    const reason = `must be auto or an http or https URL such as https://example.org/conflict, without user, query and fragment, its path / or ${BASE_PATH_RULE}`
    issues.push({ parameter: 'PUBLIC_URL', reason })
  }
  if (basePath !== null && publicUrl && basePath !== publicUrl.basePath) {
    const reason = `is ${BASE_PATH}, but the path of PUBLIC_URL (${PUBLIC_URL}) is ${publicUrl.basePath || '/'}: make them equal, or leave BASE_PATH out`
    issues.push({ parameter: 'BASE_PATH', reason })
  }
  return issues
}

/** Variables with these prefixes are taken for settings, so an unknown one is reported as a typing error. */
const PREFIXES = ['CONFLICT_INCIDENTS_', 'INCIDENTS_'] as const

/** The names that Kubernetes gives to the addresses of a Service; those of a port have a URL as their value. */
const SERVICE_ADDRESS = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_\w+$/
const PORT_ADDRESS = /^(tcp|udp|sctp):\/\//

/** Replaces the regular expression of a setting in an issue by an example, or by the cause. */
function explainPattern(issue: ParameterIssue, value = ''): ParameterIssue {
  if (PORT_ADDRESS.test(value) && issue.parameter.endsWith('PORT')) {
    const reason = `is ${value}: Kubernetes sets it to the address of a Service; set enableServiceLinks: false for the pod`
    return { ...issue, reason }
  }
  if (issue.parameter !== 'DATABASE_URL' || !issue.reason.startsWith('must match')) return issue
  const schemes = DATABASE_SCHEMES.map((scheme) => `${scheme}:`).join(' or ')
  return {
    ...issue,
    reason: `must begin with ${schemes} (such as ${DEFAULT_DATABASE_URL})`,
  }
}

/**
 * Reads the configuration from the environment, once; nothing else reads it.
 * @throws OperatorError that names every wrong value at once, and unknown variables with our prefixes
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const names = Object.keys(ConfigSchema.properties)
  const values = Object.fromEntries(names.map((name) => [name, environment[name]]))
  const { value, issues = [] } = parseStrings<Settings>(ConfigSchema, values)
  const unknown = Object.entries(environment).flatMap(([parameter, text = '']) => {
    const prefix = PREFIXES.find((each) => parameter.startsWith(each))
    if (!prefix || SERVICE_ADDRESS.test(parameter) || PORT_ADDRESS.test(text)) return []
    const bare = parameter.slice(prefix.length)
    const [suggestion] = names.includes(bare) ? [bare] : suggest(bare, names)
    return [{ parameter, reason: 'is not a setting', suggestion }]
  })
  const wrong = [
    ...issues.map((issue) => explainPattern(issue, environment[issue.parameter])),
    ...unknown,
    ...checkProxies(value?.TRUST_PROXY),
    ...checkMetricsPort(value?.METRICS_PORT),
    ...checkPublicAddress(value),
  ]
  if (wrong.length > 0 || !value) {
    const lines = wrong.map(({ parameter, reason, suggestion }) => {
      return `${parameter} ${reason}${suggestion ? ` (did you mean ${suggestion}?)` : ''}`
    })
    throw new OperatorError(`The configuration is wrong: ${lines.join('; ')}`)
  }
  const { RATE_LIMIT, PROCESSES, TRUST_PROXY, METRICS_PORT, BASE_PATH, PUBLIC_URL } = value
  const publicUrl = parsePublicUrl(PUBLIC_URL)
  return Object.freeze({
    ...value,
    RATE_LIMIT: RATE_LIMIT === 'off' ? null : Number(RATE_LIMIT),
    PROCESSES: PROCESSES === 'auto' ? availableParallelism() : Number(PROCESSES),
    METRICS_PORT: METRICS_PORT === 'off' ? null : Number(METRICS_PORT),
    TRUST_PROXY: parseProxies(TRUST_PROXY),
    BASE_PATH: parseBasePath(BASE_PATH) ?? publicUrl?.basePath ?? null,
    PUBLIC_URL: publicUrl?.url ?? null,
  })
}
