/**
 * Sends one constant text from Fastify without plugins: an upper bound for servers in this language.
 * `node bare.mjs PORT FILE [ROUTES]`: the file with the text, and the number of other routes to register.
 */
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'

const [port, file, routes = 0] = process.argv.slice(2)
const text = readFileSync(file, 'utf8')
const app = Fastify()
const respond = (_request, reply) => reply.type('application/json; charset=utf-8').send(text)
app.get('/', respond)
for (let route = 0; route < Number(routes); route += 1) app.get(`/other-${route}/:id`, respond)
await app.listen({ host: '127.0.0.1', port: Number(port) })
