import { type Bench, type Row, withServers } from '../bench.ts'
import type { Questions } from '../load.ts'
import type { Server } from '../processes.ts'
import { fetchJson, ids, PAGE, pageOf, places, typicalAnswer } from '../questions.ts'

/** Questions against one of their answers as a constant. */
export async function againstConstant(bench: Bench, server: Server, questions: Omit<Questions, 'port'>) {
  const text = await typicalAnswer(server, questions.paths)
  const size = `${(Buffer.byteLength(text) / 1000).toFixed(1)} kB`
  return withServers([() => bench.constant(text)], (constant) =>
    bench.compareRates(
      { port: server.port, ...questions },
      { port: constant.port, paths: ['/'] },
      `${questions.paths.length} questions, ${size}`,
    ),
  )
}

const page: Row = {
  name: 'page',
  what: 'a page of 50 records of one place, not kept, against one of the answers as a constant',
  target: { atLeast: 0.2 },
  isQuick: true,
  measure: (bench) =>
    withServers([() => bench.ours()], async (server) =>
      againstConstant(bench, server, { paths: (await places(server)).map(pageOf) }),
    ),
}

const cached: Row = {
  name: 'cached',
  what: 'one such page again and again against one of the answers as a constant',
  target: { atLeast: 1 },
  isQuick: true,
  measure: (bench) =>
    withServers([() => bench.ours({ keepsAnswers: true })], async (server) =>
      againstConstant(bench, server, { paths: [pageOf((await places(server))[0] ?? '')] }),
    ),
}

const notModified: Row = {
  name: 'not-modified',
  what: '304 to If-None-Match for such a page against the page as a constant answer',
  target: { atLeast: 2 },
  isQuick: true,
  measure: (bench) =>
    withServers([() => bench.ours({ keepsAnswers: true })], async (server) => {
      const path = pageOf((await places(server))[0] ?? '')
      const etag = (await fetch(`http://127.0.0.1:${server.port}${path}`)).headers.get('etag') ?? ''
      const questions = { paths: [path], status: 304, headers: { 'If-None-Match': etag } }
      return againstConstant(bench, server, questions)
    }),
}

const byId: Row = {
  name: 'by-id',
  what: 'one record by id with its claims, sources and original row, not kept, against one of the answers as a constant',
  target: { atLeast: 0.7 },
  isQuick: true,
  async measure(bench) {
    const paths = ids(await bench.data.records()).map((id) => `/v1/incidents/${id}`)
    return withServers([() => bench.ours()], (server) => againstConstant(bench, server, { paths }))
  },
}

/** The paths of pages of a list, the first left out, as the cursor leads to them. */
async function pagesAfter(server: Server, first: string, count: number): Promise<string[]> {
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
  what: 'the ten pages from page 1,000 on against the ten from page 2 on, by cursor, of the list without a filter',
  target: { atLeast: 0.9 },
  isQuick: true,
  async measure(bench) {
    const pages = Math.min(1000, Math.floor(((await bench.data.records()) / PAGE) * 0.7))
    return withServers([() => bench.ours()], async ({ port, ...server }) => {
      bench.say(`following the cursor to page ${pages}`)
      const all = await pagesAfter({ port, ...server }, `/v1/incidents?limit=${PAGE}`, pages + 8)
      return bench.compareRates(
        { port, paths: all.slice(-10) },
        { port, paths: all.slice(0, 10) },
        `from page ${pages} on`,
      )
    })
  },
}

const scale: Row = {
  name: 'scale',
  what: 'the page with four times as many records against the page',
  target: { atLeast: 0.7 },
  async measure(bench) {
    const larger = await bench.data.larger()
    return withServers(
      [() => bench.ours({ database: larger }), () => bench.ours({ offset: 1 })],
      async (ours, theirs) => {
        const paths = (await places(theirs)).map(pageOf)
        return bench.compareRates({ port: ours.port, paths }, { port: theirs.port, paths })
      },
    )
  },
}

/** Pages of records. */
export const PAGES: readonly Row[] = [page, cached, notModified, byId, deep, scale]
