/**
 * What no framework in this language is much faster than: one constant text from Fastify without plugins.
 * `node bare.mjs PORT FILE [ROUTES]`: the file that the answer is in, and how many other routes to have.
 */
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'

const [port, file, routes = 0] = process.argv.slice(2)
const text = readFileSync(file, 'utf8')
const app = Fastify()
const answer = (_request, reply) => reply.type('application/json; charset=utf-8').send(text)
app.get('/', answer)
for (let route = 0; route < Number(routes); route += 1) app.get(`/other-${route}/:id`, answer)
await app.listen({ host: '127.0.0.1', port: Number(port) })
