import { existsSync, readFileSync } from 'node:fs'

/** Captured responses by operation id and media type. */
export type Examples = Record<string, Record<string, unknown>>

const COMMITTED = new URL('../../../openapi/examples.json', import.meta.url)

/** Reads the committed examples; empty where there are none yet. */
export function readExamples(): Examples {
  return existsSync(COMMITTED) ? (JSON.parse(readFileSync(COMMITTED, 'utf8')) as Examples) : {}
}
