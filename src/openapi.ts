import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { MEDIA_TYPES } from './http/formats/formats.ts'
import type { Examples } from './http/openapi/examples.ts'
import { readSeed } from './seed/seed.ts'
import { openStorage } from './storage/open-storage.ts'

/** The clock of the captured examples, so that they are the same each time. */
const CAPTURED_AT = new Date('2026-01-01T00:00:00Z')

/** Metrics differ each time, the page with each build, and a Parquet file is not readable as text. */
const WITHOUT_EXAMPLE = ['text/plain', 'text/html', MEDIA_TYPES.parquet]

/** Renders the OpenAPI document with these examples, as it is committed. */
export async function buildDocument(examples: Examples): Promise<string> {
  return withSeededApp(examples, async (app) => `${JSON.stringify(await app.swagger(), null, 2)}\n`)
}

/** Captures the response to every operation's example request, in each of its media types. */
export async function captureExamples(): Promise<Examples> {
  return withSeededApp({}, async (app) => {
    const examples: Examples = {}
    for (const path of Object.values((await app.swagger()).paths ?? {})) {
      const { operationId = '', responses, ...operation } = path.get ?? {}
      const url = (operation as { 'x-example'?: string })['x-example'] ?? ''
      const types = Object.keys((responses?.['200'] as { content?: object } | undefined)?.content ?? {})
      for (const accept of types.filter((type) => !WITHOUT_EXAMPLE.includes(type))) {
        const { body, statusCode } = await app.inject({ url: encodeURI(url), headers: { accept } })
        if (statusCode !== 200)
          throw new Error(`The example of ${operationId} has status ${statusCode}: ${body}`)
        examples[operationId] = {
          ...examples[operationId],
          [accept]: /[/+]json$/.test(accept) ? JSON.parse(body) : body,
        }
      }
    }
    return examples
  })
}

async function withSeededApp<T>(examples: Examples, use: (app: FastifyInstance) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-'))
  const now = () => CAPTURED_AT
  const storage = openStorage(`sqlite:${join(folder, 'seed.db')}`, { now })
  try {
    await storage.migrate()
    await storage.load(readSeed())
    const app = await buildApp({ stores: storage, examples, now })
    await app.ready()
    return await use(app)
  } finally {
    await storage.close()
    rmSync(folder, { recursive: true })
  }
}
