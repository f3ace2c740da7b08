import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect } from 'vitest'

interface Media {
  schema: { $ref?: string; type?: string }
}
interface Operation {
  responses: Record<string, { content?: Record<string, Media> }>
}
interface Document {
  paths: Record<string, { get: Operation }>
}

/** Checks responses against the OpenAPI document that the service serves. */
export class OpenApiOracle {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(readonly document: Document) {
    this.#ajv.addSchema(document, 'openapi')
  }

  static async load(origin: string): Promise<OpenApiOracle> {
    return new OpenApiOracle((await (await fetch(`${origin}/openapi.json`)).json()) as Document)
  }

  /** Sends a request, and asserts that status, media type and body are as documented. Parses a JSON body. */
  async fetch(
    url: string,
    init: RequestInit = {},
  ): Promise<{ response: Response; body: unknown; text: string }> {
    const response = await fetch(url, init)
    const text = await response.text()
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
    const path = this.#findPath(new URL(url).pathname)
    const documented = this.document.paths[path]?.get.responses[response.status]
    expect(documented, `${response.status} of ${path} is documented`).toBeDefined()
    if (response.status === 304 || init.method === 'HEAD') return { response, body: undefined, text }
    expect(Object.keys(documented?.content ?? {}), `media types of ${response.status} of ${path}`).toContain(
      type,
    )
    const isJson = /json$/.test(type) && type !== 'application/x-ndjson'
    const body: unknown = isJson ? JSON.parse(text) : text
    // With `fields`, records lack parts; the parts that they have must be as documented.
    const partial = new URL(url).searchParams.has('fields')
    if (isJson) this.#assertValid(path, response.status, type, body, partial)
    return { response, body, text }
  }

  #findPath(pathname: string): string {
    const parts = pathname.split('/')
    const path = Object.keys(this.document.paths).find((pattern) => {
      const expected = pattern.split('/')
      return (
        expected.length === parts.length &&
        expected.every((part, index) => part.startsWith('{') || part === parts[index])
      )
    })
    if (!path) throw new Error(`${pathname} is not in the OpenAPI document`)
    return path
  }

  #assertValid(path: string, status: number, type: string, body: unknown, partial: boolean): void {
    const pointer = ['paths', path, 'get', 'responses', String(status), 'content', type, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/')
    let validate = this.#validators.get(pointer)
    if (!validate) {
      validate = this.#ajv.compile({ $ref: `openapi#/${pointer}` })
      this.#validators.set(pointer, validate)
    }
    validate(body)
    const errors = (validate.errors ?? []).filter(
      ({ keyword, schemaPath }) => !partial || !(keyword === 'required' || /anyOf/.test(schemaPath)),
    )
    expect(errors, `${status} of ${path} is as documented`).toEqual([])
  }
}
