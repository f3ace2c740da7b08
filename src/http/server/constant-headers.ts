import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/**
 * Creates a function that gives a response headers whose values never change; one that the response sets itself counts
 * instead. They are added when its head is written, not by `reply.header()`: an object with more than some sixteen
 * properties that were set by name one after the other is a hash table in V8, which made headers a tenth of what a
 * request took.
 * @param headers names in lower case
 */
export function createConstantHeaders(
  headers: Readonly<Record<string, string>>,
): (response: ServerResponse) => void {
  const constant = Object.entries(headers)

  /** As Fastify calls it, with the headers of the response, and Node.js, without them. */
  function writeHead(this: ServerResponse, status: number, own?: OutgoingHttpHeaders): ServerResponse {
    const { writeHead: write } = Object.getPrototypeOf(this) as ServerResponse
    // A stream's own headers are set already, and Node.js writes the head before its first part.
    if (own === undefined) {
      for (const [name, value] of constant) if (!this.hasHeader(name)) this.setHeader(name, value)
      return write.call(this, status)
    }
    const all: OutgoingHttpHeader[] = []
    for (const name in own) all.push(name, own[name] as OutgoingHttpHeader)
    for (const [name, value] of constant) if (!(name in own)) all.push(name, value)
    return write.call(this, status, all)
  }

  return (response) => {
    response.writeHead = writeHead as ServerResponse['writeHead']
  }
}
