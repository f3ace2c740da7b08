/**
 * The usual handler: Fastify and better-sqlite3. `node sqlite.mjs PORT DATABASE objects|documents SQL` responds
 * to `/?v=...&v=...` with the rows of the statement for these values: as objects through JSON.stringify, or joined
 * from their column `document`, which holds JSON.
 */

import Fastify from 'fastify'
import { Sqlite } from '../../dist/storage/sqlite/database/better-sqlite3.js'

const [port, file, form, sql] = process.argv.slice(2)
const database = new Sqlite(file, { readonly: true })
// The same setting as the service uses.
database.pragma('mmap_size = 2147483647')
const statement = database.prepare(sql)
if (form === 'documents') statement.pluck()

const parseValues = ({ v = [] }) =>
  [v].flat().map((value) => (Number.isNaN(Number(value)) ? value : Number(value)))

const app = Fastify()
app.get('/', (request, reply) => {
  const rows = statement.all(...parseValues(request.query))
  if (form === 'objects') return reply.send({ data: rows })
  return reply.type('application/json; charset=utf-8').send(`{"data":[${rows.join(',')}]}`)
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
