import type { FastifyReply } from 'fastify'

/** Adds a link to the header Link (RFC 8288), after those that it has. */
export function addLink(reply: FastifyReply, link: string): void {
  const links = reply.getHeader('link')
  reply.header('link', links === undefined ? link : `${links}, ${link}`)
}
