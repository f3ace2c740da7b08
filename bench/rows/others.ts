import { writeFileSync } from 'node:fs'
import { Sqlite } from '../../src/storage/sqlite/database/better-sqlite3.ts'
import { type Bench, copyPeer, type Measurement, type Row, withServers } from '../bench.ts'
import { NotMeasured, run, type Server } from '../processes.ts'
import { expectSameDates, fetchLargestPlaces, measureMeanSize, PAGE, pagePath } from '../requests.ts'

/** Reads a page of one place's records with the usual LIMIT and OFFSET. */
const FLAT_PAGE =
  'SELECT * FROM incidents WHERE place_id = ? ORDER BY date_start DESC, id DESC LIMIT ? OFFSET ?'

/** The path of such a page at peers/sqlite.mjs. */
function flatPath(place: string): string {
  return `/?v=${encodeURIComponent(place)}&v=50&v=0`
}

/** Compares pages of places with another server's; `start` gets the first path to wait for. */
async function comparePages(
  bench: Bench,
  start: (first: string) => Promise<Server>,
  buildPath: (place: string) => string,
  count?: number,
): Promise<Measurement> {
  return withServers([() => bench.startService()], async (server) => {
    const samples = await fetchLargestPlaces(server, count)
    const [ours, theirs] = [samples.map(pagePath), samples.map(buildPath)]
    const first = theirs[0] ?? '/'
    return withServers([() => start(first)], async (peer) => {
      await expectSameDates([server, ours[0] ?? ''], [peer, first])
      const sizes = [await measureMeanSize(server, ours), await measureMeanSize(peer, theirs.slice(0, 40))]
      return bench.compareRates(
        { port: server.port, paths: ours },
        { port: peer.port, paths: theirs },
        { remark: `${sizes.map((size) => (size / 1000).toFixed(1)).join(' and ')} kB` },
      )
    })
  })
}

/** Compares pages with a server that a command starts on the given port. */
function comparePagesWithCommand(
  bench: Bench,
  command: (port: number) => readonly string[],
  buildPath: (place: string) => string,
  count?: number,
): Promise<Measurement> {
  return comparePages(bench, (first) => bench.startPeer(command, first), buildPath, count)
}

const usual: Row = {
  name: 'page-usual',
  comparison:
    'the page against the usual handler: Fastify, better-sqlite3, row objects of a flat table with the same index, LIMIT and OFFSET',
  target: { atLeast: 2.5 },
  unit: 'requests/s',
  ourSideIsThatOf: 'page',
  async measure(bench) {
    const flat = await bench.data.flat()
    return comparePages(bench, (first) => bench.startStatement(flat, 'objects', FLAT_PAGE, first), flatPath)
  },
}

const soul: Row = {
  name: 'soul-cli',
  comparison: 'the page against soul-cli 0.8.2 on the flat table',
  target: { atLeast: 4 },
  unit: 'requests/s',
  isLeftOutOfQuick: true,
  ourSideIsThatOf: 'page',
  async measure(bench) {
    const [flat, folder] = [await bench.data.flat(), await bench.installPackages('soul-cli@0.8.2')]
    const main = `${folder}/node_modules/soul-cli/src/server.js`
    return comparePagesWithCommand(
      bench,
      (port) => [process.execPath, main, '-d', flat, '-p', `${port}`],
      (place) =>
        `/api/tables/incidents/rows?_filters=${encodeURIComponent(`place_id:${place}`)}&_ordering=-date_start&_limit=${PAGE}&_page=1`,
    )
  },
}

/** Number of places whose records json-server gets, and of records of each: it is designed for small files. */
const JSON_SERVER = { places: 40, records: 500 }

const jsonServer: Row = {
  name: 'json-server',
  comparison:
    'the page against json-server 0.17.4, which has the 500 newest records of each of the 40 requested places (20,000 at most; ours has them all)',
  target: { atLeast: 20 },
  unit: 'requests/s',
  isLeftOutOfQuick: true,
  ourSideIsThatOf: 'page',
  async measure(bench) {
    const [flat, folder] = [await bench.data.flat(), await bench.installPackages('json-server@0.17.4')]
    const samples = await withServers([() => bench.startService()], (server) =>
      fetchLargestPlaces(server, JSON_SERVER.places),
    )
    const database = new Sqlite(flat, { readonly: true })
    const newest = database.prepare(FLAT_PAGE)
    const incidents = samples.flatMap((place) => newest.all(place, JSON_SERVER.records, 0))
    database.close()
    const file = bench.data.path('json-server.json')
    writeFileSync(file, JSON.stringify({ incidents }))
    const main = `${folder}/node_modules/json-server/lib/cli/bin.js`
    return comparePagesWithCommand(
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
  comparison: "the page against Datasette with its defaults, on the flat table's file",
  target: { atLeast: 20 },
  unit: 'requests/s',
  isLeftOutOfQuick: true,
  ourSideIsThatOf: 'page',
  async measure(bench) {
    await run('all', ['datasette', '--version']).catch(() => {
      throw new NotMeasured('there is no datasette on PATH')
    })
    const flat = await bench.data.flat()
    return comparePagesWithCommand(
      bench,
      (port) => ['datasette', 'serve', flat, '--port', `${port}`],
      (place) =>
        `/flat/incidents.json?_shape=objects&place_id__exact=${encodeURIComponent(place)}&_sort_desc=date_start&_size=${PAGE}`,
    )
  },
}

/** Compares pages with Elysia's: row objects of the flat table, or our own documents with their ETag. */
async function compareWithElysia(bench: Bench, form: 'objects' | 'documents'): Promise<Measurement> {
  const database = form === 'objects' ? await bench.data.flat() : await bench.data.database()
  const folder = await bench.installPackages('elysia@1.4.30', 'bun@1.4.5')
  const bun = `${folder}/node_modules/bun/bin/bun.exe`
  const program = copyPeer(folder, 'elysia.mjs')
  return comparePagesWithCommand(
    bench,
    (port) => [bun, program, `${port}`, database, form, form === 'objects' ? FLAT_PAGE : DOCUMENT_PAGE],
    (place) => `/?place=${encodeURIComponent(place)}`,
  )
}

/** Reads a page of one city's documents from our database. */
const DOCUMENT_PAGE = `SELECT documents.document FROM incidents JOIN documents USING (key)
  WHERE city_id = ? ORDER BY key DESC LIMIT ? OFFSET ?`

const elysia: Row = {
  name: 'elysia',
  comparison:
    'the page against Elysia 1.4.30 on Bun 1.4.5 with bun:sqlite, row objects of the flat table with the same index',
  target: { atLeast: 0.8 },
  unit: 'requests/s',
  isLeftOutOfQuick: true,
  ourSideIsThatOf: 'page',
  measure: (bench) => compareWithElysia(bench, 'objects'),
}

const elysiaDocuments: Row = {
  name: 'elysia-documents',
  comparison:
    'the page against the same server with the same content: our documents, parsed and rendered, with an ETag',
  target: { atLeast: 0.8 },
  unit: 'requests/s',
  isLeftOutOfQuick: true,
  ourSideIsThatOf: 'page',
  measure: (bench) => compareWithElysia(bench, 'documents'),
}

/** Rows on servers that a user might pick instead. */
export const OTHERS: readonly Row[] = [usual, soul, jsonServer, datasette, elysia, elysiaDocuments]
