import { type Row, withServers } from '../bench.ts'
import { measureLatencies } from '../load.ts'
import { COMMON_WORDS, expectSameDates, PAGE, sampleBoxes } from '../requests.ts'
import { median } from '../statistics.ts'
import { COUNTRIES } from '../ucdp-file.ts'
import { compareWithConstant } from './pages.ts'

/**
 * Finds the points first and reads only the documents of the page: the best case of an R*Tree. It stores 32-bit
 * numbers, so the exact points are compared as well. Values: west, south, east, north, twice.
 */
const IN_BOX = `SELECT document FROM (
    SELECT points.key AS key, date_start FROM boxes JOIN points ON points.key = boxes.key
    WHERE boxes.east >= ? AND boxes.north >= ? AND boxes.west <= ? AND boxes.south <= ?
      AND points.longitude >= ? AND points.latitude >= ? AND points.longitude <= ? AND points.latitude <= ?
    ORDER BY date_start DESC, points.key DESC LIMIT 51
  ) AS found JOIN documents ON documents.key = found.key ORDER BY date_start DESC, found.key DESC`

const boxRow: Row = {
  name: 'boxes',
  comparison:
    'a page of a box of 0.2 to 20 degrees against an R*Tree of the same points, joined with the rows, sorted by date and sent as stored JSON',
  target: { atLeast: 4 },
  unit: 'requests/s',
  async measure(bench) {
    const side = await bench.data.boxes()
    const sampled = sampleBoxes()
    const ours = sampled.map((box) => `/v1/incidents?bbox=${box.join(',')}&limit=${PAGE}`)
    const theirs = sampled.map((box) => `/?${[...box, ...box].map((edge) => `v=${edge}`).join('&')}`)
    return withServers(
      [() => bench.startService(), () => bench.startStatement(side, 'documents', IN_BOX, theirs[0] ?? '/')],
      async (server, peer) => {
        for (const [index, path] of ours.slice(0, 20).entries())
          await expectSameDates([server, path], [peer, theirs[index] ?? '/'])
        return bench.compareRates(
          { port: server.port, paths: ours },
          { port: peer.port, paths: theirs },
          { remark: `${sampled.length} boxes` },
        )
      },
    )
  },
}

const WORD_PATHS = COMMON_WORDS.map((word) => `/v1/incidents?q=${word}&limit=${PAGE}`)

const text: Row = {
  name: 'text',
  comparison:
    'a page of the records that match one common word, newest first, not cached, against one of the responses as a constant',
  target: { atLeast: 0.04 },
  unit: 'requests/s',
  measure: (bench) =>
    withServers([() => bench.startService()], (server) =>
      compareWithConstant(bench, server, { paths: WORD_PATHS }),
    ),
}

/** Reads the service's index and records in the order of FTS5's rank. */
const BY_RANK = `SELECT document FROM (
    SELECT rowid AS key, rank FROM incidents_words WHERE incidents_words MATCH ? ORDER BY rank LIMIT 51
  ) JOIN documents USING (key) ORDER BY rank`

const ranked: Row = {
  name: 'text-ranked',
  comparison: 'the same against the same index ordered by rank',
  target: { atLeast: 100 },
  unit: 'requests/s',
  ourSideIsThatOf: 'text',
  async measure(bench) {
    const database = await bench.data.database()
    const theirs = COMMON_WORDS.map((word) => `/?v=${word}`)
    return withServers(
      [
        () => bench.startService(),
        () => bench.startStatement(database, 'documents', BY_RANK, theirs[0] ?? '/'),
      ],
      (server, peer) =>
        bench.compareRates({ port: server.port, paths: WORD_PATHS }, { port: peer.port, paths: theirs }),
    )
  },
}

/** Different filters, enough for every round to use new ones. */
const FILTERS = COUNTRIES.flatMap(([country]) =>
  Array.from({ length: 12 }, (_, year) => `country=${country}&date_from=${2000 + year}-01-01`),
)

const total: Row = {
  name: 'total',
  comparison:
    'the exact total of a filter after another page of it was requested, against the first time (times faster)',
  target: { atLeast: 10 },
  unit: 'ms',
  measure: (bench) =>
    withServers([() => bench.startService()], async (server) => {
      let used = 0
      const measureTotal = async (limit: number, from: number) => {
        const paths = FILTERS.slice(from, from + 12).map(
          (filter) => `/v1/incidents?${filter}&limit=${limit}&total=exact`,
        )
        return median(await measureLatencies({ port: server.port, paths }, 'once'))
      }
      const { ours, theirs, ratios } = await bench.alternate(
        () => {
          used += 12
          return measureTotal(1, used - 12)
        },
        () => measureTotal(2, used - 12),
        Math.min(bench.options.rounds, Math.floor(FILTERS.length / 12)),
      )
      return {
        ratios,
        figures: `${median(ours).toFixed(2)} ms the first time, ${median(theirs).toFixed(2)} ms repeated`,
      }
    }),
}

/** Rows on boxes, search terms and totals. */
export const SEARCH: readonly Row[] = [boxRow, text, ranked, total]
