import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)
const ORIGIN = 'http://127.0.0.1:3000'

/** Reads the example of the README of a client, its only block of code that is no command, for a service elsewhere. */
export function readExample(page: string, origin: string): string {
  const text = readFileSync(new URL(page, ROOT), 'utf8')
  const [, code] = /^```(?:ts|python)\n(.*?)^```$/ms.exec(text) ?? []
  if (!code?.includes(ORIGIN)) throw new Error(`${page} has no example at ${ORIGIN}`)
  return code.replace(ORIGIN, origin)
}
