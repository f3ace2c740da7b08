/**
 * What no framework in this language is faster than: one constant text from Fastify without plugins.
 * `node bare.mjs PORT BYTES [ROUTES]`: the size of the answer, and how many other routes to have.
 */
import Fastify from 'fastify'

const [port, bytes, routes = 0] = process.argv.slice(2).map(Number)
const text = JSON.stringify('x'.repeat(Math.max(0, bytes - 2)))
const app = Fastify()
const answer = (_request, reply) => reply.type('application/json; charset=utf-8').send(text)
app.get('/', answer)
for (let route = 0; route < routes; route += 1) app.get(`/other-${route}/:id`, answer)
await app.listen({ host: '127.0.0.1', port })
