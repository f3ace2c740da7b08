import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { type Config, readConfig } from '../src/config.ts'

const DEFAULTS: Config = {
  HOST: '127.0.0.1',
  PORT: 3000,
  DATABASE_URL: 'sqlite:data/incidents.db',
  LOG_LEVEL: 'info',
  LOG_FORMAT: 'json',
  RATE_LIMIT: 1000,
  RESPONSE_CACHE: 64,
  EXPORTS: 8,
  EXPORTS_PER_CLIENT: 2,
  SUMS_MEMORY: 256,
  SUMS_THREADS: 1,
  PROCESSES: 1,
  TRUST_PROXY: false,
  BASE_PATH: null,
  PUBLIC_URL: null,
  METRICS_HOST: '127.0.0.1',
  METRICS_PORT: null,
  SHUTDOWN_DELAY: 0,
}

type Environment = Record<string, string | undefined>

describe('the configuration', () => {
  test.each<[Environment, Partial<Config>]>([
    [{}, {}],
    [{ PATH: '/bin', PORTS: '1', port: '1', UNRELATED: 'x' }, {}],
    [{ HOST: '::' }, { HOST: '::' }],
    [{ PORT: '0' }, { PORT: 0 }],
    [{ PORT: '65535' }, { PORT: 65_535 }],
    [{ DATABASE_URL: 'sqlite:/var/lib/a b.db' }, { DATABASE_URL: 'sqlite:/var/lib/a b.db' }],
    [{ LOG_LEVEL: 'silent' }, { LOG_LEVEL: 'silent' }],
    [{ LOG_FORMAT: 'pretty' }, { LOG_FORMAT: 'pretty' }],
    [{ RATE_LIMIT: '1' }, { RATE_LIMIT: 1 }],
    [{ RATE_LIMIT: 'off' }, { RATE_LIMIT: null }],
    [{ PROCESSES: '2' }, { PROCESSES: 2 }],
    [{ PROCESSES: 'auto' }, { PROCESSES: availableParallelism() }],
    [{ TRUST_PROXY: '1' }, { TRUST_PROXY: 1 }],
    [{ TRUST_PROXY: 'off' }, { TRUST_PROXY: false }],
    [{ TRUST_PROXY: '10.0.0.0/8, ::1' }, { TRUST_PROXY: '10.0.0.0/8, ::1' }],
    [{ SHUTDOWN_DELAY: '60000' }, { SHUTDOWN_DELAY: 60_000 }],
    [{ METRICS_PORT: '0' }, { METRICS_PORT: 0 }],
    [
      { METRICS_PORT: '9100', METRICS_HOST: '::' },
      { METRICS_PORT: 9100, METRICS_HOST: '::' },
    ],
    [{ BASE_PATH: 'auto', PUBLIC_URL: 'auto' }, {}],
    [{ BASE_PATH: '/' }, { BASE_PATH: '' }],
    [{ BASE_PATH: '/conflict' }, { BASE_PATH: '/conflict' }],
    [{ BASE_PATH: '/data/conflict-2.0_~/' }, { BASE_PATH: '/data/conflict-2.0_~' }],
    [{ PUBLIC_URL: 'https://example.org' }, { PUBLIC_URL: 'https://example.org', BASE_PATH: '' }],
    [{ PUBLIC_URL: 'HTTP://Example.org:80/' }, { PUBLIC_URL: 'http://example.org', BASE_PATH: '' }],
    [
      { PUBLIC_URL: 'https://[::1]:8443/conflict/' },
      { PUBLIC_URL: 'https://[::1]:8443/conflict', BASE_PATH: '/conflict' },
    ],
    [
      { PUBLIC_URL: 'https://example.org/conflict', BASE_PATH: '/conflict/' },
      { PUBLIC_URL: 'https://example.org/conflict', BASE_PATH: '/conflict' },
    ],
    [{ HOST: undefined, PORT: undefined }, {}],
    [
      {
        INCIDENTS_PORT: 'tcp://10.0.0.1:80',
        INCIDENTS_PORT_80_TCP: 'tcp://10.0.0.1:80',
        INCIDENTS_PORT_80_TCP_ADDR: '10.0.0.1',
        INCIDENTS_SERVICE_HOST: '10.0.0.1',
        CONFLICT_INCIDENTS_SERVICE_PORT: '80',
        CONFLICT_INCIDENTS_SERVICE_PORT_HTTP: '80',
      },
      {},
    ],
  ])('%j gives %j and defaults', (environment, expected) => {
    expect(readConfig(environment)).toEqual({ ...DEFAULTS, ...expected })
  })

  test.each<[Environment, ...string[]]>([
    [{ HOST: '' }, 'HOST is empty'],
    [{ PORT: '' }, 'PORT is empty'],
    [{ PORT: 'http' }, 'PORT must be a whole number'],
    [{ PORT: '0x50' }, 'PORT must be a whole number'],
    [{ PORT: '80.5' }, 'PORT must be a whole number'],
    [{ PORT: ' 80' }, 'PORT must be a whole number'],
    [{ PORT: '1e3' }, 'PORT must be a whole number'],
    [{ PORT: '-1' }, 'PORT must be at least 0'],
    [{ PORT: '65536' }, 'PORT must be at most 65535'],
    [
      { DATABASE_URL: 'data/incidents.db' },
      'DATABASE_URL must begin with sqlite: (such as sqlite:data/incidents.db)',
    ],
    [{ DATABASE_URL: 'postgres://localhost' }, 'DATABASE_URL must begin with sqlite:'],
    [{ DATABASE_URL: 'sqlite:' }, 'DATABASE_URL must begin with sqlite:'],
    [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent'],
    [{ LOG_LEVEL: 'INFO' }, 'LOG_LEVEL must be one of', 'did you mean info?'],
    [{ LOG_LEVEL: 'wran' }, 'LOG_LEVEL must be one of', 'did you mean warn?'],
    [{ METRICS_PORT: '65536' }, 'METRICS_PORT must be off or at most 65535'],
    [{ METRICS_PORT: 'on' }, 'METRICS_PORT must match'],
    [{ RATE_LIMIT: '0' }, 'RATE_LIMIT must '],
    [{ RATE_LIMIT: 'none' }, 'RATE_LIMIT must '],
    [{ RATE_LIMIT: '10000000000' }, 'RATE_LIMIT must '],
    [{ PROCESSES: '0' }, 'PROCESSES must '],
    [{ PROCESSES: '100' }, 'PROCESSES must '],
    [{ PROCESSES: 'all' }, 'PROCESSES must '],
    [{ PROCESSES: '1.5' }, 'PROCESSES must '],
    [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY must '],
    [{ TRUST_PROXY: 'abc' }, 'TRUST_PROXY must '],
    [{ TRUST_PROXY: '0' }, 'TRUST_PROXY must '],
    [{ TRUST_PROXY: '10' }, 'TRUST_PROXY must '],
    [{ TRUST_PROXY: 'on' }, 'TRUST_PROXY must name the proxies', 'such as 1'],
    [{ TRUST_PROXY: '999.1.1.1' }, 'TRUST_PROXY must '],
    [{ TRUST_PROXY: '10.0.0.0/99' }, 'TRUST_PROXY must '],
    [{ TRUST_PROXY: '10.0.0.1,,10.0.0.2' }, 'TRUST_PROXY must '],
    [{ SHUTDOWN_DELAY: '60001' }, 'SHUTDOWN_DELAY must be at most 60000'],
    [{ SHUTDOWN_DELAY: '5s' }, 'SHUTDOWN_DELAY must be a whole number'],
    [{ BASE_PATH: 'conflict' }, 'BASE_PATH must be auto or a path such as /conflict'],
    [{ BASE_PATH: '//' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: '//example.org' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: '/a//b' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: '/a/../b' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: '/a b' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: '/a?b' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: '/%61' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: '/"><script>' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: '/confliçt' }, 'BASE_PATH must be auto or a path'],
    [{ BASE_PATH: `/${'x'.repeat(100)}` }, 'of at most 100'],
    [{ BASE_PATH: '/v1' }, 'does not begin with a path of the service (/v1, /docs'],
    [{ BASE_PATH: '/docs/conflict' }, 'does not begin with a path of the service'],
    [{ PUBLIC_URL: 'example.org' }, 'PUBLIC_URL must be auto or an http or https URL such as https://'],
    [{ PUBLIC_URL: '/conflict' }, 'PUBLIC_URL must be auto or an http or https URL'],
    [{ PUBLIC_URL: 'ftp://example.org' }, 'PUBLIC_URL must be auto or an http or https URL'],
    [{ PUBLIC_URL: 'https://' }, 'PUBLIC_URL must be auto or an http or https URL'],
    [{ PUBLIC_URL: 'https:///example.org' }, 'PUBLIC_URL must be auto or an http or https URL'],
    [{ PUBLIC_URL: 'https://example.org:99999' }, 'PUBLIC_URL must be auto or an http or https URL'],
    [{ PUBLIC_URL: 'https://me:secret@example.org' }, 'without user, query and fragment'],
    [{ PUBLIC_URL: 'https://example.org/?a=b' }, 'without user, query and fragment'],
    [{ PUBLIC_URL: 'https://example.org/#a' }, 'without user, query and fragment'],
    [{ PUBLIC_URL: 'https://example.org/a/../b' }, 'PUBLIC_URL must be auto or an http or https URL'],
    [{ PUBLIC_URL: 'https://example.org/v1' }, 'does not begin with a path of the service'],
    [
      { BASE_PATH: '/conflict', PUBLIC_URL: 'https://example.org/incidents' },
      'BASE_PATH is /conflict, but the path of PUBLIC_URL (https://example.org/incidents) is /incidents',
    ],
    [
      { BASE_PATH: '/conflict', PUBLIC_URL: 'https://example.org' },
      'BASE_PATH is /conflict, but the path of PUBLIC_URL (https://example.org) is /: make them equal',
    ],
    [
      { BASE_PATH: '/', PUBLIC_URL: 'https://example.org/conflict' },
      'BASE_PATH is /, but the path of PUBLIC_URL',
    ],
    [{ INCIDENTS_PORT: '80' }, 'INCIDENTS_PORT is not a setting (did you mean PORT?)'],
    [{ INCIDENTS_LOGLEVEL: 'info' }, 'INCIDENTS_LOGLEVEL is not a setting (did you mean LOG_LEVEL?)'],
    [{ INCIDENTS_COLOUR: 'red' }, 'INCIDENTS_COLOUR is not a setting'],
    [{ CONFLICT_INCIDENTS_HOST: '::' }, 'CONFLICT_INCIDENTS_HOST is not a setting (did you mean HOST?)'],
    [{ LOG_FORMAT: 'text' }, 'LOG_FORMAT must be one of json, pretty'],
    [{ METRICS_PORT: 'tcp://10.0.0.1:80' }, 'METRICS_PORT is tcp://10.0.0.1:80', 'enableServiceLinks: false'],
    [
      { PORT: 'x', LOG_LEVEL: 'x', SHUTDOWN_DELAY: '-1', INCIDENTS_HOSTS: 'x' },
      ...[
        'PORT must',
        'LOG_LEVEL must',
        'SHUTDOWN_DELAY must be at least 0',
        'INCIDENTS_HOSTS is not a setting',
      ],
    ],
  ])('%j is rejected: %s', (environment, ...causes) => {
    let message = ''
    try {
      readConfig(environment)
    } catch (error) {
      message = String(error)
    }
    expect(message).toMatch(/^OperatorError: The configuration is wrong: [^\n]+$/)
    for (const cause of causes) expect(message).toContain(cause)
    for (const name of Object.keys(DEFAULTS).filter((name) => !(name in environment)))
      expect(message, 'no other setting is reported').not.toMatch(new RegExp(`(: |; )${name} `))
  })
})
