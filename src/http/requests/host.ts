import { isIPv6 } from 'node:net'

/** `uri-host [ ":" port ]` of RFC 9110, 7.2; empty where a request has no authority. */
const HOST = /^(?:\[([^\]]+)\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i

/** Whether the text is a name or an address, and perhaps a port, or empty. */
export function isHost(text: string): boolean {
  const [host, address] = HOST.exec(text) ?? []
  return host !== undefined && (address === undefined || isIPv6(address))
}
