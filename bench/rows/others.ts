import { writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type Bench, type Measurement, peerBeside, type Row, withServers } from '../bench.ts'
import { NotMeasured, run, type Server } from '../processes.ts'
import { expectSameDates, meanSize, PAGE, pageOf, places } from '../questions.ts'

/** The page of one place's records as everybody writes it. */
const FLAT_PAGE =
  'SELECT * FROM incidents WHERE place_id = ? ORDER BY date_start DESC, id DESC LIMIT ? OFFSET ?'

/** The question for it to peers/sqlite.mjs. */
function flatPath(place: string): string {
  return `/?v=${encodeURIComponent(place)}&v=50&v=0`
}

/** The page of a place against another server's, which is started with the first question. */
async function againstPages(
  bench: Bench,
  start: (first: string) => Promise<Server>,
  pathOf: (place: string) => string,
  count?: number,
): Promise<Measurement> {
  return withServers([() => bench.ours()], async (server) => {
    const asked = await places(server, count)
    const [ours, theirs] = [asked.map(pageOf), asked.map(pathOf)]
    const first = theirs[0] ?? '/'
    return withServers([() => start(first)], async (peer) => {
      await expectSameDates([server, ours[0] ?? ''], [peer, first])
      const sizes = [await meanSize(server, ours), await meanSize(peer, theirs.slice(0, 40))]
      return bench.compareRates(
        { port: server.port, paths: ours },
        { port: peer.port, paths: theirs },
        `${sizes.map((size) => (size / 1000).toFixed(1)).join(' and ')} kB`,
      )
    })
  })
}

/** The same against a server whose command is told the port. */
function againstServer(
  bench: Bench,
  command: (port: number) => readonly string[],
  pathOf: (place: string) => string,
  count?: number,
): Promise<Measurement> {
  return againstPages(bench, (first) => bench.peer(command, first), pathOf, count)
}

const usual: Row = {
  name: 'page-usual',
  what: 'the page against the usual handler: Fastify, better-sqlite3, row objects of a flat table with the same index, LIMIT and OFFSET',
  target: { atLeast: 4 },
  isQuick: true,
  async measure(bench) {
    const flat = await bench.data.flat()
    return againstPages(bench, (first) => bench.statement(flat, 'objects', FLAT_PAGE, first), flatPath)
  },
}

const soul: Row = {
  name: 'soul-cli',
  what: 'the page against soul-cli 0.8.2 on the flat table',
  target: { atLeast: 10 },
  async measure(bench) {
    const [flat, folder] = [await bench.data.flat(), await bench.packages('soul-cli@0.8.2')]
    const main = `${folder}/node_modules/soul-cli/src/server.js`
    return againstServer(
      bench,
      (port) => [process.execPath, main, '-d', flat, '-p', `${port}`],
      (place) =>
        `/api/tables/incidents/rows?_filters=${encodeURIComponent(`place_id:${place}`)}&_ordering=-date_start&_limit=${PAGE}&_page=1`,
    )
  },
}

/** Places whose records json-server gets, and how many of each: it is made for small files. */
const JSON_SERVER = { places: 40, records: 500 }

const jsonServer: Row = {
  name: 'json-server',
  what: 'the page against json-server 0.17.4, which has the 500 newest records of each of the 40 places asked for (20,000 at most; ours has them all)',
  target: { atLeast: 10 },
  async measure(bench) {
    const [flat, folder] = [await bench.data.flat(), await bench.packages('json-server@0.17.4')]
    const asked = await withServers([() => bench.ours()], (server) => places(server, JSON_SERVER.places))
    const database = new Database(flat, { readonly: true })
    const newest = database.prepare(FLAT_PAGE)
    const incidents = asked.flatMap((place) => newest.all(place, JSON_SERVER.records, 0))
    database.close()
    const file = bench.data.path('json-server.json')
    writeFileSync(file, JSON.stringify({ incidents }))
    const main = `${folder}/node_modules/json-server/lib/cli/bin.js`
    return againstServer(
      bench,
      (port) => [process.execPath, main, '--quiet', '--host', '127.0.0.1', '--port', `${port}`, file],
      (place) =>
        `/incidents?place_id=${encodeURIComponent(place)}&_sort=date_start&_order=desc&_limit=${PAGE}`,
      JSON_SERVER.places,
    )
  },
}

const datasette: Row = {
  name: 'datasette',
  what: "the page against Datasette as it comes, on the flat table's file",
  target: { atLeast: 10 },
  async measure(bench) {
    await run('all', ['datasette', '--version']).catch(() => {
      throw new NotMeasured('there is no datasette on PATH')
    })
    const flat = await bench.data.flat()
    return againstServer(
      bench,
      (port) => ['datasette', 'serve', flat, '--port', `${port}`],
      (place) =>
        `/flat/incidents.json?_shape=objects&place_id__exact=${encodeURIComponent(place)}&_sort_desc=date_start&_size=${PAGE}`,
    )
  },
}

const elysia: Row = {
  name: 'elysia',
  what: 'the page against Elysia 1.4.30 on Bun 1.4.5 with bun:sqlite, row objects of the flat table with the same index',
  target: { atLeast: 2 },
  async measure(bench) {
    const [flat, folder] = [await bench.data.flat(), await bench.packages('elysia@1.4.30', 'bun@1.4.5')]
    const bun = `${folder}/node_modules/bun/bin/bun.exe`
    const program = peerBeside(folder, 'elysia.mjs')
    return againstServer(
      bench,
      (port) => [bun, program, `${port}`, flat, FLAT_PAGE],
      (place) => `/?place=${encodeURIComponent(place)}`,
    )
  },
}

/** What a user might pick instead. */
export const OTHERS: readonly Row[] = [usual, soul, jsonServer, datasette, elysia]
