/**
 * The shortest way from SQLite to a client: node:http, better-sqlite3 and one prepared statement.
 * `node statement.mjs PORT DATABASE SQL` responds to `/?v=...&v=...` with the BLOBs of the first row for these values, one
 * after the other. There is nothing else that a service has: no routes, validation, ETag, headers, limits or metrics.
 */

import { createServer } from 'node:http'
import { Sqlite } from '../../dist/storage/sqlite/database/better-sqlite3.js'

const [port, file, sql] = process.argv.slice(2)
const database = new Sqlite(file, { readonly: true })
// The same setting as the service uses.
database.pragma('mmap_size = 2147483647')
const statement = database.prepare(sql).raw()

createServer((request, response) => {
  const [, ...values] = request.url.split('v=').map((text) => decodeURIComponent(text.replace('&', '')))
  const blobs = (statement.get(...values) ?? []).filter(Buffer.isBuffer)
  if (blobs.length === 0) return response.writeHead(404).end()
  const body = blobs.length === 1 ? blobs[0] : Buffer.concat(blobs)
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
  })
  response.end(body)
}).listen(Number(port), '127.0.0.1')
