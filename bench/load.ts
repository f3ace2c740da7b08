import { type Answer, Connection, requestBytes } from './connection.ts'

/** How many connections ask at once where throughput is measured. */
const CONNECTIONS = 8

/** Questions to a server on this machine, asked in turn and again from the first. */
export interface Questions {
  port: number
  paths: readonly string[]
  headers?: Readonly<Record<string, string>>
  /** What every answer must have; 200 when left out. */
  status?: number
}

/** Hands out the requests in turn and refuses answers that are not what was asked for. */
function asking({ port, paths, headers, status = 200 }: Questions) {
  const requests = paths.map((path) => requestBytes(path, headers))
  let next = 0
  return async (connection: Connection): Promise<Answer> => {
    const at = next++ % requests.length
    const answer = await connection.ask(requests[at] as Buffer)
    if (answer.status !== status)
      throw new Error(`Port ${port} answers ${answer.status} to ${paths[at]}, not ${status}`)
    return answer
  }
}

async function onConnections<T>(port: number, count: number, work: (connection: Connection) => Promise<T>) {
  const connections = Array.from({ length: count }, () => new Connection(port))
  try {
    return await Promise.all(connections.map(work))
  } finally {
    for (const connection of connections) connection.close()
  }
}

/** What a load came to. */
export interface Load {
  /** Answers a second. */
  rate: number
  /** The share of a core that the generator itself took: near 1, it was measured and not the server. */
  generator: number
}

/** Asks on eight connections for some seconds; questions that are on their way at the end are waited for. */
export async function load(questions: Questions, seconds: number): Promise<Load> {
  const ask = asking(questions)
  const cpu = process.cpuUsage()
  const began = performance.now()
  const end = began + seconds * 1000
  const counts = await onConnections(questions.port, CONNECTIONS, async (connection) => {
    let count = 0
    for (; performance.now() < end; count += 1) await ask(connection)
    return count
  })
  const took = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  const sum = counts.reduce((total, count) => total + count, 0)
  return { rate: (sum / took) * 1000, generator: (user + system) / 1000 / took }
}

/**
 * How long each answer takes, in milliseconds, one after the other with a millisecond between: for some seconds, or
 * of each question once.
 */
export async function latencies(questions: Questions, howLong: number | 'once'): Promise<number[]> {
  const ask = asking(questions)
  const end = performance.now() + (howLong === 'once' ? Infinity : howLong * 1000)
  const most = howLong === 'once' ? questions.paths.length : Infinity
  const [times = []] = await onConnections(questions.port, 1, async (connection) => {
    const all: number[] = []
    while (performance.now() < end && all.length < most) {
      const began = performance.now()
      await ask(connection)
      all.push(performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    return all
  })
  return times
}

/** The answers to all the questions, each asked once. */
export async function askAll(questions: Questions): Promise<Answer[]> {
  const ask = asking(questions)
  let left = questions.paths.length
  const answers = await onConnections(questions.port, CONNECTIONS, async (connection) => {
    const mine: Answer[] = []
    while (left-- > 0) mine.push(await ask(connection))
    return mine
  })
  return answers.flat()
}

/** Reads one answer to its end and throws it away; `onProgress` is told every few milliseconds how far it is. */
export async function drain(
  { port, path }: { port: number; path: string },
  onProgress: (bytes: number) => void = () => {},
): Promise<Answer & { seconds: number }> {
  const began = performance.now()
  const [answer] = await onConnections(port, 1, async (connection) => {
    const watch = setInterval(() => onProgress(connection.received), 5)
    try {
      return await asking({ port, paths: [path] })(connection)
    } finally {
      clearInterval(watch)
    }
  })
  return { ...(answer as Answer), seconds: (performance.now() - began) / 1000 }
}
