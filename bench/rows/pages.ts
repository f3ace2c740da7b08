import { type Bench, type Row, withServers } from '../bench.ts'
import type { Requests } from '../load.ts'
import type { Server } from '../processes.ts'
import { fetchJson, fetchLargestPlaces, fetchTypicalBody, PAGE, pagePath, sampleIds } from '../requests.ts'

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
export const PAGES: readonly Row[] = [page, cached, notModified, byId, deep, scale]
