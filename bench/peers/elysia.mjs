/** The usual handler in Elysia on Bun: `bun elysia.mjs PORT DATABASE SQL` responds to `/?place=...` with row objects. */
import { Database } from 'bun:sqlite'
import { Elysia } from 'elysia'

const [port, file, sql] = process.argv.slice(2)
const database = new Database(file, { readonly: true })
database.run('PRAGMA mmap_size = 2147483647')
const statement = database.query(sql)

new Elysia()
  .get('/', ({ query }) => ({ data: statement.all(query.place ?? '', 50, 0) }))
  .listen({ hostname: '127.0.0.1', port: Number(port) })
