import { Connection, encodeRequest, type ResponseInfo } from './connection.ts'

/** Number of concurrent connections when throughput is measured. */
export const CONNECTIONS = 8

/** Requests to a server on this machine, sent in turn and repeatedly. */
export interface Requests {
  port: number
  paths: readonly string[]
  headers?: Readonly<Record<string, string>>
  /** The status that every response must have; 200 by default. */
  status?: number
}

/** Creates a function that sends the next request, and throws when its response has another status. */
function createSender({ port, paths, headers, status = 200 }: Requests) {
  const encoded = paths.map((path) => encodeRequest(path, headers))
  let next = 0
  return async (connection: Connection): Promise<ResponseInfo> => {
    const index = next++ % encoded.length
    const response = await connection.send(encoded[index] as Buffer)
    if (response.status !== status)
      throw new Error(`Port ${port} responds ${response.status} to ${paths[index]}, not ${status}`)
    return response
  }
}

async function withConnections<T>(port: number, count: number, work: (connection: Connection) => Promise<T>) {
  const connections = Array.from({ length: count }, () => new Connection(port))
  try {
    return await Promise.all(connections.map(work))
  } finally {
    for (const connection of connections) connection.close()
  }
}

/** The rate that a load reached. */
export interface LoadResult {
  /** Responses per second. */
  rate: number
  /** The fraction of one core that the generator used: near 1, the generator was the bottleneck. */
  generator: number
}

/** Sends requests on eight connections for a number of seconds, and waits for outstanding responses. */
export async function runLoad(requests: Requests, seconds: number): Promise<LoadResult> {
  const sendNext = createSender(requests)
  const cpu = process.cpuUsage()
  const began = performance.now()
  const end = began + seconds * 1000
  const counts = await withConnections(requests.port, CONNECTIONS, async (connection) => {
    let count = 0
    for (; performance.now() < end; count += 1) await sendNext(connection)
    return count
  })
  const took = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  const sum = counts.reduce((total, count) => total + count, 0)
  return { rate: (sum / took) * 1000, generator: (user + system) / 1000 / took }
}

/**
 * Measures how long each response takes, in milliseconds, one after the other with a pause of one millisecond: for a
 * number of seconds, or for each request once.
 */
export async function measureLatencies(requests: Requests, howLong: number | 'once'): Promise<number[]> {
  const sendNext = createSender(requests)
  const end = performance.now() + (howLong === 'once' ? Infinity : howLong * 1000)
  const limit = howLong === 'once' ? requests.paths.length : Infinity
  const [times = []] = await withConnections(requests.port, 1, async (connection) => {
    const all: number[] = []
    while (performance.now() < end && all.length < limit) {
      const began = performance.now()
      await sendNext(connection)
      all.push(performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    return all
  })
  return times
}

/** Sends each request once, on eight connections; the responses come in any order. */
export async function sendAll(requests: Requests): Promise<ResponseInfo[]> {
  const sendNext = createSender(requests)
  let left = requests.paths.length
  const responses = await withConnections(requests.port, CONNECTIONS, async (connection) => {
    const mine: ResponseInfo[] = []
    while (left-- > 0) mine.push(await sendNext(connection))
    return mine
  })
  return responses.flat()
}

/** Reads one response to its end and discards it; `onProgress` gets the bytes so far every five milliseconds. */
export async function drain(
  { port, path }: { port: number; path: string },
  onProgress: (bytes: number) => void = () => {},
): Promise<ResponseInfo & { seconds: number }> {
  const began = performance.now()
  const [response] = await withConnections(port, 1, async (connection) => {
    const watch = setInterval(() => onProgress(connection.received), 5)
    try {
      return await createSender({ port, paths: [path] })(connection)
    } finally {
      clearInterval(watch)
    }
  })
  return { ...(response as ResponseInfo), seconds: (performance.now() - began) / 1000 }
}
