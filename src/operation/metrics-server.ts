import { createServer, type Server } from 'node:http'
import type { Metrics } from './metrics.ts'

/** Builds a server that has the metrics and nothing else, for an address that clients of the service cannot reach. */
export function createMetricsServer(metrics: Metrics): Server {
  return createServer({ requestTimeout: 10_000, maxHeaderSize: 8192 }, (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(isRead ? 404 : 405, { 'content-type': 'text/plain' })
      response.end('GET /metrics is all that there is here.\n')
      return
    }
    metrics.render().then(
      ({ type, text }) => {
        response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' })
        response.end(text)
      },
      () => response.writeHead(500).end(),
    )
  })
}
