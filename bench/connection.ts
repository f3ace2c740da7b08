import { createConnection, type Socket } from 'node:net'

/** Longest wait for a response, in milliseconds. */
const MAX_WAIT_MS = 180_000

/** Status and size of a response, whose body is discarded. */
export interface ResponseInfo {
  status: number
  /** Bytes of the body. */
  bytes: number
}

/** Encodes a GET request that keeps the connection open. */
export function encodeRequest(path: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}\r\n`)
}

/**
 * A connection to a server on this machine, with one request at a time. It parses only as much of a response as
 * necessary, so that the load generator costs less than the server.
 */
export class Connection {
  /** Bytes of the current response's body so far. */
  received = 0
  readonly #socket: Socket
  #head = ''
  #tail = ''
  #status = 0
  /** Bytes of the body; Infinity for a chunked body; -1 before the head is read. */
  #length = -1
  #pending: { resolve(response: ResponseInfo): void; reject(error: Error): void } | null = null

  constructor(port: number) {
    this.#socket = createConnection({
      host: '127.0.0.1',
      port,
      noDelay: true,
      // One buffer for all reads: nothing that is read is kept.
      onread: {
        buffer: Buffer.allocUnsafe(262_144),
        callback: (count, buffer) => {
          this.#read(count, buffer as Buffer)
          return true
        },
      },
    })
    this.#socket.setTimeout(MAX_WAIT_MS, () => this.#fail(new Error(`No response in ${MAX_WAIT_MS} ms`)))
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('The server closed the connection')))
  }

  /** @throws Error when the connection breaks */
  send(request: Buffer): Promise<ResponseInfo> {
    this.#head = ''
    this.#tail = ''
    this.#length = -1
    this.received = 0
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#pending = null
    this.#socket.destroy()
  }

  #read(count: number, buffer: Buffer): void {
    let start = 0
    if (this.#length < 0) {
      const known = this.#head.length
      this.#head += buffer.toString('latin1', 0, Math.min(count, 16_384))
      const end = this.#head.indexOf('\r\n\r\n')
      if (end < 0) return
      start = end + 4 - known
      const head = this.#head.slice(0, end)
      this.#status = Number(head.slice(9, 12))
      const stated = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
      this.#length =
        stated === undefined ? (/\r\ntransfer-encoding: *chunked/i.test(head) ? Infinity : 0) : Number(stated)
    }
    this.received += count - start
    if (this.#length === Infinity)
      this.#tail = (this.#tail + buffer.toString('latin1', Math.max(start, count - 5), count)).slice(-5)
    if (this.#length === Infinity ? this.#tail !== '0\r\n\r\n' : this.received < this.#length) return
    const pending = this.#pending
    this.#pending = null
    pending?.resolve({ status: this.#status, bytes: this.received })
  }

  #fail(error: Error): void {
    const pending = this.#pending
    this.#pending = null
    pending?.reject(error)
  }
}
