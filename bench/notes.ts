const SPREAD =
  'The documents of a page of 50 records of one place are spread over 1.4 GB: finding and joining them takes most of a response, and most of that is waiting for memory.'

/**
 * Reasons why rows miss their target, and what was tried, by the name of the row. Written by hand; shown under the
 * table of RESULTS.md.
 */
export const NOTES: Readonly<Record<string, string>> = {
  'page-usual': `${SPREAD} Documents are stored under the keys of the records, ahead of rarely read columns (kept: a page went from 0.19 to 0.30 of the constant). The usual handler reads one narrow table, whose rows are a third as long as ours, and renders 50 objects with JSON.stringify.`,
  'by-id':
    'A record by id has claims, sources and the original row, which are joined for each request: see by-id-statement. Storing the whole response would need half as much storage again.',
  'by-id-statement':
    'Measured in a run of its own on 2026-11-28 (as were page-statement, sums and explorer-view), on a slow machine. Of the time of a request a quarter is SQLite and another writing to the connection; a tenth puts the parts together (names the cells of the original row, renders the claims of the data set). The rest is flat: Node.js, Fastify, 24 headers, the state of the data, metrics.',
  'text-ranked': 'A page of the service takes about a millisecond; see the row page.',
  'soul-cli':
    'It reads narrow rows of a flat table by an index and counts them on every request; our response has the whole record in 67 kB.',
  elysia:
    'Bun reads the flat table and renders its rows about five times as fast as Node does (see page-usual); our response has the whole record.',
  datasette: 'It needs Python, and was not installed.',
  'export-csv':
    'A thread reads the records (about 1 µs each) and makes rows of their JSON without parsing it (4.5 µs each, 8.4 with parsing); the main thread hands on bytes. `sqlite3` only prints the columns of a flat table. Tried: comparing names and skipping values in other ways (no effect).',
  'export-ndjson':
    'Bounded by one core that reads 1.4 kB per record and passes it to another thread and to the connection: 2 µs per record on a quiet machine. Tried: reading documents in the order of the records, without reading their keys first (kept, a fifth less time).',
  processes:
    'Measured in a run of its own on 2026-11-27 (as were p99-query and p99-export): until then servers of these rows had one core, because the cores were counted after the load generator had been pinned. Two servers and wrk share two cores; wrk and the kernel take about a fifth of them.',
  start:
    'Bare Fastify loads 100 files; the service loads all of its routes, their schemas, compression, rate limits, the static-file plugin of the explorer (25 ms) and the database. TypeBox and ajv are bundled into one file at build (190 ms to 20). Tried and not kept: everything in one file (1.9), and our own replacements for TypeBox and ajv (1.2 to 1.3), which would replace well-maintained libraries.',
  import:
    'The figure is from before rows were made cheaper (docs/decisions/0033). Mapping, rendering, strings and garbage collection of one thread of JavaScript take most of the time; then the other thread alone sorts, builds more than 30 indexes, writes the column store and commits. Tried: larger pages, semi-spaces, sorter threads, mapping in a third thread (no effect).',
  sums: 'Each needs three statements on one core: the sums of each data set, those of the groups, and those of the records that are left out for their precision. Kept: codes that are looked up in a list (a filter takes half), a list of the identities of actors (by actor a third), keys as text. Tried: ENUM types for codes (slower than the list).',
  'explorer-view':
    'The 95th percentile is that of the text search: the 260,000 records with the word are looked up once, and each of a dozen statements joins them. Tried in DuckDB alone: the fields of facets copied for these records first, which takes half of the time (and half as much again where nothing is looked up).',
}
