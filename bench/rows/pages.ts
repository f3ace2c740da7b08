import { Connection } from '../../src/storage/sqlite/database/connection.ts'
import { DETAIL } from '../../src/storage/sqlite/incidents/detail.ts'
import { readWholePage } from '../../src/storage/sqlite/incidents/page-query.ts'
import { type Bench, type Row, withServers } from '../bench.ts'
import type { Requests } from '../load.ts'
import { NotMeasured, peerPath, type Server } from '../processes.ts'
import {
  fetchJson,
  fetchLargestPlaces,
  fetchTypicalBody,
  measureMeanSize,
  PAGE,
  pagePath,
  sampleIds,
} from '../requests.ts'
import { HAS_WRK, runWrk } from '../wrk.ts'

/** Compares requests with a server that sends one of their responses as a constant. */
export async function compareWithConstant(bench: Bench, server: Server, requests: Omit<Requests, 'port'>) {
  const text = await fetchTypicalBody(server, requests.paths)
  const count = `${requests.paths.length} path${requests.paths.length === 1 ? '' : 's'}`
  const size = `${(Buffer.byteLength(text) / 1000).toFixed(1)} kB`
  return withServers([() => bench.startConstant(text)], (constant) =>
    bench.compareRates(
      { port: server.port, ...requests },
      { port: constant.port, paths: ['/'] },
      { remark: `${count}, ${size}` },
    ),
  )
}

const page: Row = {
  name: 'page',
  comparison: 'a page of 50 records of one place, not cached, against one of the responses as a constant',
  target: { atLeast: 0.2 },
  unit: 'requests/s',
  measure: (bench) =>
    withServers([() => bench.startService()], async (server) =>
      compareWithConstant(bench, server, { paths: (await fetchLargestPlaces(server)).map(pagePath) }),
    ),
}

const cached: Row = {
  name: 'cached',
  comparison: 'one such page repeated, from the cache, against one of the responses as a constant',
  target: { atLeast: 1 },
  unit: 'requests/s',
  measure: (bench) =>
    withServers([() => bench.startService({ cachesResponses: true })], async (server) =>
      compareWithConstant(bench, server, { paths: [pagePath((await fetchLargestPlaces(server))[0] ?? '')] }),
    ),
}

const notModified: Row = {
  name: 'not-modified',
  comparison: '304 to If-None-Match for such a page against the page as a constant',
  target: { atLeast: 2 },
  unit: 'requests/s',
  measure: (bench) =>
    withServers([() => bench.startService({ cachesResponses: true })], async (server) => {
      const path = pagePath((await fetchLargestPlaces(server))[0] ?? '')
      const etag = (await fetch(`http://127.0.0.1:${server.port}${path}`)).headers.get('etag') ?? ''
      const requests = { paths: [path], status: 304, headers: { 'If-None-Match': etag } }
      return compareWithConstant(bench, server, requests)
    }),
}

const byId: Row = {
  name: 'by-id',
  comparison:
    'one record by id with its claims, sources and original row, not cached, against one of the responses as a constant',
  target: { atLeast: 0.7 },
  unit: 'requests/s',
  async measure(bench) {
    const paths = sampleIds(await bench.data.records()).map((id) => `/v1/incidents/${id}`)
    return withServers([() => bench.startService()], (server) =>
      compareWithConstant(bench, server, { paths }),
    )
  },
}

/** Compares requests with a bare server that executes one statement of the service for the same values. */
async function compareWithStatement(
  bench: Bench,
  server: Server,
  sql: string,
  [ours, theirs]: readonly [readonly string[], readonly string[]],
) {
  const database = await bench.data.database()
  const start = (port: number) => [process.execPath, peerPath('statement.mjs'), `${port}`, database, sql]
  return withServers([() => bench.startPeer(start, theirs[0] ?? '/')], async (peer) => {
    const generate = (requests: Requests, seconds: number) => runWrk(requests, seconds, 'load')
    // V8 optimises what has run often: a service has more code than the peer.
    await generate({ port: server.port, paths: ours }, 5 * bench.options.seconds)
    const sizes = [await measureMeanSize(server, ours), await measureMeanSize(peer, theirs)]
    return bench.compareRates(
      { port: server.port, paths: ours },
      { port: peer.port, paths: theirs },
      {
        remark: `${sizes.map((size) => (size / 1000).toFixed(1)).join(' and ')} kB; load from wrk`,
        generate,
      },
    )
  })
}

/** @throws NotMeasured if there is no wrk */
function requireWrk(): void {
  if (!HAS_WRK) throw new NotMeasured('there is no wrk on PATH')
}

const pageStatement: Row = {
  name: 'page-statement',
  comparison:
    'the page against node:http and better-sqlite3 alone, which execute its statement and send the documents as they are',
  target: { atLeast: 0.65 },
  unit: 'requests/s',
  ourSideIsThatOf: 'page',
  async measure(bench) {
    requireWrk()
    return withServers([() => bench.startService()], async (server) => {
      const places = await fetchLargestPlaces(server)
      const connection = new Connection(await bench.data.database(), 'read')
      const filter = { place: [{ kind: 'city' as const, id: places[0] ?? '' }] }
      readWholePage(connection, { filter, sort: '-date', expandClaims: false }, { limit: PAGE, after: null })
      const sql = connection.statements.find((statement) => statement.includes('group_concat')) ?? ''
      connection.close()
      // Its parameters are the place, twice, and the limit.
      const peerPaths = places.map((place) => {
        const value = `v=${encodeURIComponent(place)}`
        return `/?${value}&${value}&v=${PAGE}`
      })
      return compareWithStatement(bench, server, sql, [places.map(pagePath), peerPaths])
    })
  },
}

const byIdStatement: Row = {
  name: 'by-id-statement',
  comparison:
    'one record by id against node:http and better-sqlite3 alone, which execute its statement and send the parts as they are',
  target: { atLeast: 0.6 },
  unit: 'requests/s',
  ourSideIsThatOf: 'by-id',
  async measure(bench) {
    requireWrk()
    const ids = sampleIds(await bench.data.records())
    const [ours, theirs] = [ids.map((id) => `/v1/incidents/${id}`), ids.map((id) => `/?v=${id}`)]
    return withServers([() => bench.startService()], (server) =>
      compareWithStatement(bench, server, DETAIL, [ours, theirs]),
    )
  },
}

/** Follows the cursor from `first`; returns the paths of the next `count` pages. */
async function followCursor(server: Server, first: string, count: number): Promise<string[]> {
  const paths: string[] = []
  for (let at = first; paths.length < count; ) {
    const { links } = await fetchJson<{ links: { next: string | null } }>(server, at)
    if (links.next === null) throw new Error(`${first} has ${paths.length + 1} pages and not ${count + 1}`)
    at = links.next
    paths.push(at)
  }
  return paths
}

const deep: Row = {
  name: 'deep',
  comparison:
    'the ten pages from page 1,000 on against the ten from page 2 on, by cursor, of the list without a filter',
  target: { atLeast: 0.9 },
  unit: 'requests/s',
  async measure(bench) {
    const pages = Math.min(1000, Math.floor(((await bench.data.records()) / PAGE) * 0.7))
    return withServers([() => bench.startService()], async ({ port, ...server }) => {
      bench.log(`following the cursor to page ${pages}`)
      const all = await followCursor({ port, ...server }, `/v1/incidents?limit=${PAGE}`, pages + 8)
      return bench.compareRates(
        { port, paths: all.slice(-10) },
        { port, paths: all.slice(0, 10) },
        { remark: `from page ${pages} on` },
      )
    })
  },
}

const scale: Row = {
  name: 'scale',
  comparison: 'the page with four times as many records against the page',
  target: { atLeast: 0.7 },
  unit: 'requests/s',
  ourSideIsThatOf: 'page',
  async measure(bench) {
    const larger = await bench.data.larger()
    return withServers(
      [() => bench.startService({ database: larger }), () => bench.startService({ offset: 1 })],
      async (ours, theirs) => {
        const paths = (await fetchLargestPlaces(theirs)).map(pagePath)
        return bench.compareRates({ port: ours.port, paths }, { port: theirs.port, paths })
      },
    )
  },
}

/** Rows on pages of records and on single records. */
export const PAGES: readonly Row[] = [
  page,
  pageStatement,
  cached,
  notModified,
  byId,
  byIdStatement,
  deep,
  scale,
]
