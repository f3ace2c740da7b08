import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)
/** The origin of the service in the examples of all pages. */
export const ORIGIN = 'http://127.0.0.1:3000'

/** A fenced block of a page. */
export interface Block {
  /** The text between the previous block and this one. */
  before: string
  language: string
  content: string
}

/** Reads the fenced blocks of a text, in order. */
export function parseBlocks(text: string): Block[] {
  return [...text.matchAll(/(.*?)^```(\w*)\n(.*?)\n```$/gms)].map(
    ([, before = '', language = '', content = '']) => ({ before, language, content }),
  )
}

/** Reads the fenced blocks of a page, in order. */
export const readBlocks = (page: string) => parseBlocks(readFileSync(new URL(page, ROOT), 'utf8'))

/** Reads the fenced blocks below each heading of the second level, of the headings that have any. */
export function readSections(page: string): Map<string, Block[]> {
  const [, ...sections] = readFileSync(new URL(page, ROOT), 'utf8').split(/^## /m)
  const blocks = sections.map((section): [string, Block[]] => {
    const [heading = ''] = section.split('\n', 1)
    return [heading, parseBlocks(section)]
  })
  return new Map(blocks.filter(([, found]) => found.length > 0))
}

/** Reads the example of the README of a client, its only block of code that is no command, for a service elsewhere. */
export function readExample(page: string, origin: string): string {
  const text = readFileSync(new URL(page, ROOT), 'utf8')
  const [, code] = /^```(?:ts|python)\n(.*?)^```$/ms.exec(text) ?? []
  if (!code?.includes(ORIGIN)) throw new Error(`${page} has no example at ${ORIGIN}`)
  return code.replace(ORIGIN, origin)
}
