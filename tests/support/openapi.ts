import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect } from 'vitest'

interface Media {
  schema: { $ref?: string; type?: string }
}
interface Reference {
  $ref: string
}
interface ResponseObject {
  content?: Record<string, Media>
  headers?: Record<string, Reference>
}
interface Header {
  required?: boolean
}
interface Operation {
  'x-example': string
  responses: Record<string, ResponseObject | Reference>
}
interface Document {
  paths: Record<string, { get: Operation }>
  components: { headers: Record<string, Header> }
}

/** Headers of HTTP messages and connections, which the document does not describe. */
const MESSAGE_HEADERS = [
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
]

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

  /** Sends a request, and asserts that status, headers, media type and body are as documented. Parses a JSON body. */
  async fetch(
    url: string,
    init: RequestInit = {},
  ): Promise<{ response: Response; body: unknown; text: string }> {
    const response = await fetch(url, init)
    const text = await response.text()
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
    const path = this.#findPath(new URL(url).pathname)
    const { pointer, documented } = this.#findResponse(path, response.status)
    this.assertHeaders(path, response)
    if (response.status === 304 || init.method === 'HEAD') return { response, body: undefined, text }
    expect(Object.keys(documented.content ?? {}), `media types of ${response.status} of ${path}`).toContain(
      type,
    )
    const isJson = /json$/.test(type) && type !== 'application/x-ndjson'
    const body: unknown = isJson ? JSON.parse(text) : text
    // With `fields`, records lack parts; the parts that they have must be as documented.
    const partial = new URL(url).searchParams.has('fields')
    if (isJson) this.#assertValid([...pointer, 'content', type, 'schema'], body, partial)
    return { response, body, text }
  }

  #findPath(pathname: string): string {
    if (pathname in this.document.paths) return pathname
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

  #findResponse(path: string, status: number): { pointer: string[]; documented: ResponseObject } {
    const response = this.document.paths[path]?.get.responses[status]
    if (!response) throw new Error(`${status} of ${path} is not documented`)
    if (!('$ref' in response))
      return { pointer: ['paths', path, 'get', 'responses', String(status)], documented: response }
    return {
      pointer: response.$ref.split('/').slice(1),
      documented: this.#resolve<ResponseObject>(response),
    }
  }

  #resolve<T>({ $ref }: Reference): T {
    const steps = $ref.split('/').slice(1)
    return steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], this.document) as T
  }

  /** Asserts that every header of a response is documented, and that those are sent which always are. */
  assertHeaders(path: string, { status, headers }: Pick<Response, 'status' | 'headers'>): void {
    const { headers: documented = {} } = this.#findResponse(path, status).documented
    const names = Object.keys(documented).map((name) => name.toLowerCase())
    const unknown = [...headers.keys()].filter((name) => ![...MESSAGE_HEADERS, ...names].includes(name))
    expect(unknown, `headers of ${status} of ${path} that are not documented`).toEqual([])
    const missing = Object.entries(documented).filter(
      ([name, reference]) => this.#resolve<Header>(reference).required && !headers.has(name),
    )
    expect(missing, `headers that ${status} of ${path} lacks`).toEqual([])
  }

  #assertValid(steps: readonly string[], body: unknown, partial: boolean): void {
    const pointer = steps
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
    expect(errors, `a body is as documented at ${pointer}`).toEqual([])
  }
}
