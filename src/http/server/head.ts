import type { Readable } from 'node:stream'
import type { FastifyInstance, onSendAsyncHookHandler, RouteOptions } from 'fastify'

/**
 * Lets responses to HEAD pass what is registered meanwhile, such as compression, before Fastify leaves out their body:
 * in the order of registration they would come to it without one, and get other headers than those to GET.
 */
export async function withBodyOfHead(app: FastifyInstance, register: () => Promise<unknown>): Promise<void> {
  const withoutBody = new WeakMap<RouteOptions, RouteOptions['onSend']>()
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') return
    withoutBody.set(route, route.onSend)
    route.onSend = []
  })
  await register()
  app.addHook('onRoute', (route) => {
    if (![route.method].flat().includes('HEAD')) return
    const handlers = [route.onSend, addTransferEncoding, withoutBody.get(route)]
    route.onSend = handlers.flat().filter((handler) => handler !== undefined) as onSendAsyncHookHandler[]
  })
}

/** Node.js sends this header with a body only. */
const addTransferEncoding: onSendAsyncHookHandler = async (request, reply, payload) => {
  const { method, raw } = request
  const isStream = typeof (payload as Readable | undefined)?.pipe === 'function'
  const isChunked = isStream && raw.httpVersion === '1.1' && !reply.hasHeader('content-length')
  if (method === 'HEAD' && isChunked) reply.header('transfer-encoding', 'chunked')
  return payload
}
