/** The documentation of a response header. */
interface Header {
  description: string
  /** Whether every response that lists the header has it. */
  required?: true
  schema: Readonly<Record<string, unknown>>
}

const count = { type: 'integer', format: 'int32', minimum: 0, maximum: 2_147_483_647 }
const text = (maxLength: number) => ({ type: 'string', maxLength })
const oneOf = (...values: string[]) => ({ type: 'string', enum: values })

/**
 * Response headers, those of HTTP messages themselves apart (Connection, Content-Length, Content-Type, Date, Keep-Alive,
 * Transfer-Encoding). Those that are not `required` are absent at times: descriptions say when.
 */
export const HEADERS = {
  'Access-Control-Allow-Origin': {
    description: 'The origins whose pages may read the response: any.',
    required: true,
    schema: oneOf('*'),
  },
  'Access-Control-Expose-Headers': {
    description: 'The headers that pages of other origins may read.',
    schema: text(500),
  },
  'Cache-Control': {
    description:
      '`public, no-cache`: keep the response, and ask with its ETag before each use. `no-store`: errors, health and metrics.',
    required: true,
    schema: oneOf('public, no-cache', 'no-store'),
  },
  'Content-Disposition': {
    description:
      'The suggested name of a file, in all formats but JSON; texts are `inline`, Parquet and XLSX an `attachment`.',
    schema: text(1000),
  },
  'Content-Encoding': {
    description: 'The compression, as `Accept-Encoding` permits; absent where there is none.',
    schema: oneOf('gzip', 'br', 'deflate'),
  },
  'Content-Security-Policy': {
    description: 'What a page may load; for browsers.',
    schema: text(1000),
  },
  'Cross-Origin-Opener-Policy': {
    description: 'Keeps windows of other origins apart; for browsers.',
    schema: oneOf('same-origin'),
  },
  'Cross-Origin-Resource-Policy': {
    description: 'The sites that may embed the response: any; for browsers.',
    schema: oneOf('cross-origin'),
  },
  ETag: {
    description:
      'Validator of the response, for `If-None-Match`: follows the data, the query and the format.',
    required: true,
    schema: text(40),
  },
  'Last-Modified': {
    description:
      'When the data last changed; absent until the second of the change is over, and where the response has the day of access.',
    schema: text(40),
  },
  Link: {
    description:
      'The next page, `rel="next"` (RFC 8288), not after the last one and not where all records are sent at once; of incidents in CSV also the Data Package that describes them, `rel="describedby"`.',
    schema: text(10_000),
  },
  'Origin-Agent-Cluster': {
    description: 'Keeps the origin in a process of its own; for browsers.',
    schema: oneOf('?1'),
  },
  'RateLimit-Limit': {
    description:
      'Units that one client may use in a minute: one for most requests, more for sums and exports. Absent, as the next two, where the service has no limit, and for health and metrics, which are not counted.',
    schema: count,
  },
  'RateLimit-Remaining': {
    description: 'Units that this client has left in this minute, after this request.',
    schema: count,
  },
  'RateLimit-Reset': {
    description: 'Seconds until the client has all its units again.',
    schema: count,
  },
  'Referrer-Policy': {
    description: 'Links from a page do not say where they are; for browsers.',
    schema: oneOf('no-referrer'),
  },
  'Retry-After': {
    description: 'Seconds to wait before the next request.',
    required: true,
    schema: count,
  },
  Vary: {
    description: 'The request headers that the response depends on.',
    schema: oneOf('accept, accept-encoding'),
  },
  'X-Content-Type-Options': {
    description: 'The media type is as stated; for browsers.',
    schema: oneOf('nosniff'),
  },
  'X-DNS-Prefetch-Control': {
    description: 'Hosts in a page are not looked up ahead; for browsers.',
    schema: oneOf('off'),
  },
  'X-Download-Options': {
    description: 'Downloads are not opened within the page; for browsers.',
    schema: oneOf('noopen'),
  },
  'X-Frame-Options': {
    description: 'Other origins may not frame a page; for browsers.',
    schema: oneOf('SAMEORIGIN'),
  },
  'X-Hints': {
    description:
      'Advice on the query, as a JSON array of `Hint` in ASCII, in formats whose body has no room for it (CSV, NDJSON, Parquet, XLSX, references); absent when there is none.',
    schema: text(4000),
  },
  'X-Notes': {
    description:
      'What limits the sums, as a JSON array of `Note` in ASCII, in CSV and NDJSON; absent when there is nothing to note.',
    schema: text(4000),
  },
  'X-Permitted-Cross-Domain-Policies': {
    description: 'No policy files of plug-ins are read; for browsers.',
    schema: oneOf('none'),
  },
  'X-Request-Id': {
    description:
      'The id of this request; quote it when you report a problem. Absent, as are the headers for browsers, where the request is not valid HTTP.',
    schema: { type: 'string', format: 'uuid', maxLength: 36 },
  },
  'X-XSS-Protection': {
    description: 'Turns off a faulty filter of old browsers.',
    schema: oneOf('0'),
  },
} as const satisfies Record<string, Header>

/** A response header that the document describes. */
export type HeaderName = keyof typeof HEADERS

/** Headers of any response. */
export const COMMON_HEADERS: readonly HeaderName[] = [
  'Access-Control-Allow-Origin',
  'Access-Control-Expose-Headers',
  'Cache-Control',
  'Content-Encoding',
  'Content-Security-Policy',
  'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy',
  'Origin-Agent-Cluster',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Referrer-Policy',
  'Vary',
  'X-Content-Type-Options',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Frame-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-Request-Id',
  'X-XSS-Protection',
]
