import { type Row, withServers } from '../bench.ts'
import { latencies } from '../load.ts'
import { boxes, COMMON_WORDS, expectSameDates, PAGE } from '../questions.ts'
import { median } from '../statistics.ts'
import { COUNTRIES } from '../ucdp-file.ts'
import { againstConstant } from './pages.ts'

/**
 * Finds the points first and reads only the documents of the page: the R*Tree at its best. It keeps 32 bits of a
 * number, and so the points decide. Values: west, south, east, north, twice.
 */
const IN_BOX = `SELECT document FROM (
    SELECT points.key AS key, date_start FROM boxes JOIN points ON points.key = boxes.key
    WHERE boxes.east >= ? AND boxes.north >= ? AND boxes.west <= ? AND boxes.south <= ?
      AND points.longitude >= ? AND points.latitude >= ? AND points.longitude <= ? AND points.latitude <= ?
    ORDER BY date_start DESC, points.key DESC LIMIT 51
  ) AS found JOIN documents ON documents.key = found.key ORDER BY date_start DESC, found.key DESC`

const boxRow: Row = {
  name: 'boxes',
  what: 'a page of a box of 0.2 to 20 degrees against an R*Tree of the same points, joined with the rows, sorted by date and answered with stored JSON',
  target: { atLeast: 4 },
  isQuick: true,
  async measure(bench) {
    const side = await bench.data.boxes()
    const asked = boxes()
    const ours = asked.map((box) => `/v1/incidents?bbox=${box.join(',')}&limit=${PAGE}`)
    const theirs = asked.map((box) => `/?${[...box, ...box].map((edge) => `v=${edge}`).join('&')}`)
    return withServers(
      [() => bench.ours(), () => bench.statement(side, 'documents', IN_BOX, theirs[0] ?? '/')],
      async (server, peer) => {
        for (const [index, path] of ours.slice(0, 20).entries())
          await expectSameDates([server, path], [peer, theirs[index] ?? '/'])
        return bench.compareRates(
          { port: server.port, paths: ours },
          { port: peer.port, paths: theirs },
          `${asked.length} boxes`,
        )
      },
    )
  },
}

const words = COMMON_WORDS.map((word) => `/v1/incidents?q=${word}&limit=${PAGE}`)

const text: Row = {
  name: 'text',
  what: 'a page of the records with one common word, newest first, not kept, against one of the answers as a constant',
  target: { atLeast: 0.04 },
  isQuick: true,
  measure: (bench) =>
    withServers([() => bench.ours()], (server) => againstConstant(bench, server, { paths: words })),
}

/** The service's own index and records, in the order that FTS5 gives by rank. */
const BY_RANK = `SELECT document FROM (
    SELECT rowid AS key, rank FROM incidents_words WHERE incidents_words MATCH ? ORDER BY rank LIMIT 51
  ) JOIN documents USING (key) ORDER BY rank`

const ranked: Row = {
  name: 'text-ranked',
  what: 'the same against the same index ordered by rank',
  target: { atLeast: 100 },
  async measure(bench) {
    const database = await bench.data.database()
    const theirs = COMMON_WORDS.map((word) => `/?v=${word}`)
    return withServers(
      [() => bench.ours(), () => bench.statement(database, 'documents', BY_RANK, theirs[0] ?? '/')],
      (server, peer) =>
        bench.compareRates({ port: server.port, paths: words }, { port: peer.port, paths: theirs }),
    )
  },
}

/** Different filters, enough for every round to have its own. */
const FILTERS = COUNTRIES.flatMap(([country]) =>
  Array.from({ length: 12 }, (_, year) => `country=${country}&date_from=${2000 + year}-01-01`),
)

const total: Row = {
  name: 'total',
  what: 'the exact total of a filter when another page of it was asked for before, against the first time (how many times faster)',
  target: { atLeast: 10 },
  isQuick: true,
  measure: (bench) =>
    withServers([() => bench.ours()], async (server) => {
      let used = 0
      const timeOf = async (limit: number, from: number) => {
        const paths = FILTERS.slice(from, from + 12).map(
          (filter) => `/v1/incidents?${filter}&limit=${limit}&total=exact`,
        )
        return median(await latencies({ port: server.port, paths }, 'once'))
      }
      const { ours, theirs, ratios } = await bench.rounds(
        () => timeOf(1, used),
        async () => {
          used += 12
          return timeOf(2, used - 12)
        },
        Math.min(bench.options.rounds, Math.floor(FILTERS.length / 12)),
      )
      return {
        ratios,
        figures: `${median(ours).toFixed(2)} ms the first time, ${median(theirs).toFixed(2)} ms repeated`,
      }
    }),
}

/** Boxes, words and totals. */
export const SEARCH: readonly Row[] = [boxRow, text, ranked, total]
