import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'

const DOCUMENT = new URL('../openapi/openapi.json', import.meta.url)

/** The path of the types of the TypeScript client: generated, committed. */
export const CLIENT_TYPES = fileURLToPath(new URL('../clients/typescript/src/schema.ts', import.meta.url))

interface Media {
  schema: unknown
}
interface Operation {
  responses: Record<string, { description: string; content: Record<string, Media> }>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: Record<string, unknown>
}

/**
 * Generates the types of the client from the committed OpenAPI document, without what the client reads otherwise:
 * errors are all of one type, headers are strings, and examples would be half of the file.
 */
export async function generateClientTypes(): Promise<string> {
  const document: Document = JSON.parse(readFileSync(DOCUMENT, 'utf8'))
  for (const methods of Object.values(document.paths))
    for (const operation of Object.values(methods)) {
      const { description = '', content = {} } = operation.responses['200'] ?? {}
      const schemas = Object.entries(content).map(([type, { schema }]) => [type, { schema }])
      operation.responses = { 200: { description, content: Object.fromEntries(schemas) } }
    }
  delete document.components.headers
  delete document.components.responses
  return COMMENT_HEADER + astToString(await openapiTS(JSON.stringify(document)))
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(CLIENT_TYPES, await generateClientTypes())
