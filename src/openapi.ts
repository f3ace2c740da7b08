import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { MEDIA_TYPES } from './http/formats/formats.ts'
import type { Examples } from './http/openapi/routes.ts'
import { readSeed } from './seed/seed.ts'
import { openStorage } from './storage/open-storage.ts'

/** The moment at which all examples are captured, so that they are the same each time. */
const CAPTURED_AT = new Date('2026-01-01T00:00:00Z')

/** Metrics differ each time, the page with each build, and the bytes of a Parquet file tell a reader nothing. */
const WITHOUT_EXAMPLE = ['text/plain', 'text/html', MEDIA_TYPES.parquet]

/** The OpenAPI document with these examples, as it is committed. */
export async function buildDocument(examples: Examples): Promise<string> {
  return withSeededApp(examples, async (app) => `${JSON.stringify(await app.openApi(), null, 2)}\n`)
}

/** The real answer to every operation's example request, in every media type that it has. */
export async function captureExamples(): Promise<Examples> {
  return withSeededApp({}, async (app) => {
    const examples: Examples = {}
    for (const path of Object.values((await app.openApi()).paths ?? {})) {
      const { operationId = '', responses, ...operation } = path.get ?? {}
      const url = (operation as { 'x-example'?: string })['x-example'] ?? ''
      const types = Object.keys((responses?.['200'] as { content?: object } | undefined)?.content ?? {})
      for (const accept of types.filter((type) => !WITHOUT_EXAMPLE.includes(type))) {
        const { body, statusCode } = await app.inject({ url: encodeURI(url), headers: { accept } })
        if (statusCode !== 200)
          throw new Error(`The example of ${operationId} answers ${statusCode}: ${body}`)
        examples[operationId] = {
          ...examples[operationId],
          [accept]: accept.endsWith('json') && !accept.includes('ndjson') ? JSON.parse(body) : body,
        }
      }
    }
    return examples
  })
}

async function withSeededApp<T>(examples: Examples, work: (app: FastifyInstance) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-'))
  const storage = openStorage(`sqlite:${join(folder, 'seed.db')}`, { now: () => CAPTURED_AT })
  try {
    await storage.migrate()
    await storage.load(readSeed())
    const app = await buildApp({ stores: storage, examples })
    await app.ready()
    return await work(app)
  } finally {
    await storage.close()
    rmSync(folder, { recursive: true })
  }
}
