import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quoteValue } from '../../../src/text/value-list.ts'
import { type Service, startService } from '../../support/service.ts'

interface Parameter {
  name: string
  in: 'path' | 'query'
  schema: TextSchema & { items?: TextSchema }
}
interface TextSchema {
  type: string
  enum?: string[]
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
}

/** Texts of characters that are rejected, that are white space, and that are neither. */
const text = fc
  .array(fc.constantFrom(...'\0\t\n\x1b\x7f\u0085\u00a0\u2028\ufeff\ufffd  "a,x٣س𐍈'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((characters) => characters.join(''))

let service: Service
let parameters: { path: string; parameter: Parameter; text: TextSchema }[]
beforeAll(async () => {
  service = await startService()
  const { paths } = (await service.app.inject('/openapi.json')).json() as {
    paths: Record<string, { get: { parameters?: Parameter[] } }>
  }
  parameters = Object.entries(paths).flatMap(([path, { get }]) =>
    (get.parameters ?? [])
      .map((parameter) => ({ path, parameter, text: parameter.schema.items ?? parameter.schema }))
      .filter(({ text }) => text.type === 'string' && !text.enum && !text.format),
  )
})
afterAll(() => service.close())

/** Requests a path with one parameter; returns whether the parameter is an error. */
async function isRejected(
  path: string,
  { name, in: place, schema }: Parameter,
  value: string,
): Promise<boolean> {
  const given = encodeURIComponent(schema.items ? quoteValue(value) : value)
  const url =
    place === 'path' ? path.replace(`{${name}}`, given) : `${path.replace('{id}', 'seed')}?${name}=${given}`
  const { statusCode, body } = await service.app.inject(url)
  const { errors = [], code } = JSON.parse(/^[[{]/.test(body) ? body : '{}')
  if (statusCode !== 400 || code === 'invalid_cursor') return false
  return errors.some((error: { parameter: string }) => error.parameter === name)
}

describe('text parameters', () => {
  it('are all of a pattern', () => {
    expect(parameters.length).toBeGreaterThan(50)
    const bare = parameters.filter(({ text: { pattern, maxLength } }) => !pattern || !maxLength)
    expect(bare.map(({ path, parameter }) => `${path} ${parameter.name}`)).toEqual([])
  })

  it('are rejected exactly where their pattern does not match', async () => {
    // Names of countries and data sets in `combine` are closed vocabularies: unknown ones are rejected, too.
    const open = parameters.filter(({ parameter: { name } }) => name !== 'country' && name !== 'combine')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...open), text, async ({ path, parameter, text }, value) => {
        const matches = new RegExp(text.pattern ?? '', 'u').test(value)
        expect(await isRejected(path, parameter, value)).toBe(!matches)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['/v1/stats?combine=prefer:a%00b', '/v1/incidents?country=%00'])('%s is rejected', async (url) => {
    expect((await service.app.inject(url)).statusCode).toBe(400)
  })
})
