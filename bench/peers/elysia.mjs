/**
 * The usual handler in Elysia on Bun: `bun elysia.mjs PORT DATABASE objects|documents SQL` responds to `/?place=...` with
 * the rows of the statement: as objects, or as what their column `document` holds, with an ETag of the response.
 */
import { Database } from 'bun:sqlite'
import { Elysia } from 'elysia'

const [port, file, form, sql] = process.argv.slice(2)
const database = new Database(file, { readonly: true })
database.run('PRAGMA mmap_size = 2147483647')
const statement = database.query(sql)
const read = ({ query }) => statement.all(query.place ?? '', 50, 0)

const respond =
  form === 'objects'
    ? (context) => ({ data: read(context) })
    : (context) => {
        const body = JSON.stringify({ data: read(context).map(({ document }) => JSON.parse(document)) })
        context.set.headers.etag = `"${Bun.hash(body).toString(36)}"`
        context.set.headers['content-type'] = 'application/json'
        return body
      }

new Elysia().get('/', respond).listen({ hostname: '127.0.0.1', port: Number(port) })
