import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { isNeverOverloaded } from './overload.ts'

/** How many connections may be open: in all, and from one address. */
export interface ConnectionLimits {
  total: number
  perAddress: number
}

/** What the service has open besides connections and exports: the database, threads, modules that are being loaded. */
const MAX_OWN_FILES = 128
/** What an export has open: the database, its log and what it sorts. */
const FILES_PER_EXPORT = 4
const MIN_CONNECTIONS = 10
/** Connections beyond the limit that get a response, which says why, before they are closed. */
const MAX_REJECTED = 32
const WARNING_INTERVAL_MS = 60_000

/**
 * Derives how many connections leave file descriptors for what requests open, when each has a file open, too; null
 * where the system has no limit. One address has half of them, unless it is that of a proxy.
 */
export function deriveConnectionLimits(exports: number, trustsProxies: boolean): ConnectionLimits | null {
  const limit = readFileLimit()
  if (limit === null) return null
  const available = Math.floor((limit - MAX_OWN_FILES - MAX_REJECTED - FILES_PER_EXPORT * exports) / 2)
  const total = Math.max(MIN_CONNECTIONS, available)
  return { total, perAddress: trustsProxies ? total : Math.ceil(total / 2) }
}

/** Reads how many files and connections the process may have open; null for any number. */
function readFileLimit(): number | null {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } }
  const soft = report.userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : null
}

/**
 * Bounds the connections of an application. `server.maxConnections` would, of several processes, offer a connection to
 * one after the other without end while all are full, and sends no response.
 * @returns throws ServiceError overloaded for a request of a connection beyond the limits
 */
export function boundConnections(
  app: FastifyInstance,
  { total, perAddress }: ConnectionLimits,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const open = new Map<string, number>()
  let count = 0
  const rejected = new Set<Socket>()
  const warn = createWarning(app.log)
  app.server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket
    const own = open.get(remoteAddress) ?? 0
    if (count >= total || own >= perAddress) {
      warn(
        count >= total
          ? `${count} connections are open`
          : `${own} connections from ${remoteAddress} are open`,
      )
      if (rejected.size >= MAX_REJECTED) socket.destroy()
      else rejected.add(socket)
      socket.once('close', () => rejected.delete(socket))
      return
    }
    count += 1
    open.set(remoteAddress, own + 1)
    socket.once('close', () => {
      count -= 1
      const left = (open.get(remoteAddress) ?? 1) - 1
      if (left > 0) open.set(remoteAddress, left)
      else open.delete(remoteAddress)
    })
  })
  return (request, reply) => {
    if (!rejected.has(request.raw.socket)) return
    reply.header('connection', 'close')
    if (isNeverOverloaded(request)) return
    throw new ServiceError('overloaded', 'Too many connections are open. Try again in a few seconds.', {
      headers: { 'retry-after': '5' },
    })
  }
}

/** Logs, at most once in a while, why connections are rejected. */
function createWarning(log: FastifyBaseLogger): (cause: string) => void {
  let next = 0
  return (cause) => {
    if (performance.now() < next) return
    next = performance.now() + WARNING_INTERVAL_MS
    log.warn(`${cause}, the most that the limit of open files (ulimit -n) permits: more are rejected`)
  }
}
