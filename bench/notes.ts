const SPREAD =
  'Of a page of 50 records of one place, the documents lie all over 1.4 GB: finding the keys takes 40 µs in process, putting 50 documents together 170 µs, most of it waiting for memory, and one answer some 700 µs of the server, a third of it the hooks, the envelope and writing 67 kB.'

/**
 * What is known about rows that do not reach their target: why, and what would have to change. Written by hand, by
 * the name of the row; shown under the table of RESULTS.md.
 */
export const NOTES: Readonly<Record<string, string>> = {
  'page-usual': `${SPREAD} Documents lie under the keys of the records and before what is rarely read (kept: a page went from 0.19 to 0.30 of the constant). The usual handler reads one narrow table, whose rows are a third as long as ours, and renders 50 objects with JSON.stringify.`,
  'by-id':
    'A record by id has claims, sources and the original row, which are put together when it is asked for: reading takes about 22 µs in process and rendering 30; a route with all hooks and a constant answer takes four times the constant of bare Fastify (security headers, CORS, request id, ETag, metrics, compression). Tried: one statement instead of three, parsing only the figures, buffers instead of strings (no gain). Storing the whole answer would cost half as much storage again and still stay below 0.3.',
  'text-ranked': 'A page of the service is answered in about a millisecond; see the row page.',
  'soul-cli':
    'It reads narrow rows of a flat table by an index and counts them on every request; our answer has the whole record in 67 kB.',
  elysia:
    'Bun reads the flat table and renders its rows about five times as fast as Node does (see page-usual); our answer has the whole record.',
  datasette: 'It needs Python, where it was not installed.',
  'export-csv':
    'A thread reads the records (about 1 µs each) and the main thread makes rows of their JSON without parsing it (4.5 µs each, 8.4 with parsing), on one core; `sqlite3` makes none: it prints the columns of a table that has nothing else. Rows made in the thread would leave the sum as it is.',
  'export-ndjson':
    'Bounded by one core that reads 1.4 kB a record and passes it on to another thread and to the connection: 2 µs a record on a quiet machine. Tried: documents in the order of the records, read without their keys first (kept, a fifth less time).',
  'p99-export':
    'Rounds scatter by a factor of six with what else the machine does; a run of this row alone gave 3.25 (1.93–9.42, 5 rounds; 5.02 against 1.35 ms). A request waits while the thread that reads has the only core of the two, or while 260 kB of the export are passed on.',
  processes:
    'The generator of the load shares the two cores with both processes, and each request costs about a fifth more when two run.',
  start:
    'Bare Fastify loads 100 files; the service loads all of its routes, their schemas, compression, rate limits, the plugin for the files of the explorer (25 ms) and the database. TypeBox and ajv are put into one file at build (190 ms to 20). Tried and left: everything in one file (1.9), and stand-ins for TypeBox and ajv of our own (1.2 to 1.3), which would replace well-kept libraries.',
  import:
    'The mapping of rows in one thread of JavaScript takes 80 µs a row (rendering, strings, collection), then sorting, indexes, sums made ahead and the checkpoint 50 s in the other thread alone. Tried: larger pages, semi-spaces, sorter threads (no effect); narrow rows staged and sorted, sources without a map (kept).',
}
