import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderCodeSamples } from '../src/http/openapi/code-samples.ts'
import { hasBrowser, launchBrowser, WAIT_LIMIT } from './support/browser.ts'
import { type Service, startService } from './support/service.ts'

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  responses: { 200: { content: object } }
}

describe.skipIf(!hasBrowser)('in a browser', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service?.close())
  const visit = launchBrowser(() => service.origin)

  /** Reads the tags and operations of the OpenAPI document. */
  async function readOperations(): Promise<{
    tags: string[]
    operations: { id: string; summary: string; mediaType: string }[]
  }> {
    const { tags, paths } = (await (await fetch(`${service.origin}/openapi.json`)).json()) as {
      tags: { name: string }[]
      paths: Record<string, { get: Operation }>
    }
    return {
      tags: tags.map(({ name }) => name),
      operations: Object.values(paths).map(({ get }) => ({
        id: `operations-${get.tags[0]}-${get.operationId}`,
        summary: get.summary,
        mediaType: Object.keys(get.responses['200'].content)[0] ?? '',
      })),
    }
  }

  it('the documentation shows every tag and operation', async () => {
    const { page, readProblems } = await visit()
    await page.goto(`${service.origin}/docs`)
    const { tags, operations } = await readOperations()
    expect(operations.length).toBeGreaterThan(10)
    const blocks = page.locator('.opblock')
    await expect.poll(() => blocks.count(), { timeout: WAIT_LIMIT }).toBe(operations.length)
    expect(await page.locator('.opblock-tag').evaluateAll(readAttributes, 'data-tag')).toEqual(tags)
    const shown = await blocks.evaluateAll(readAttributes, 'id')
    expect(shown.toSorted()).toEqual(operations.map(({ id }) => id).sort())
    for (const { id, summary } of operations)
      expect(await page.locator(`#${id} .opblock-summary-description`).innerText()).toBe(summary)
    expect(await page.locator('.info .title').innerText()).toContain('Conflict incidents')
    expect(await page.title()).toBe('Conflict incidents API')
    expect(await readProblems()).toEqual([])
  })

  it.each([
    {
      summary: 'List incidents',
      id: 'operations-incidents-listIncidents',
      filledIn: { city: 'Samarra' },
      url: '/v1/incidents?city=Samarra',
      content: '"seed:samarra-2017-01-02"',
    },
    {
      summary: 'Get one incident',
      id: 'operations-incidents-getIncident',
      filledIn: { id: 'seed:samarra-2017-01-02' },
      url: '/v1/incidents/seed%3Asamarra-2017-01-02',
      content: '"claims": [',
    },
    {
      summary: 'List or search places',
      id: 'operations-places-listPlaces',
      filledIn: { q: 'سامراء' },
      url: `/v1/places?q=${encodeURIComponent('سامراء')}`,
      content: '"geonames:91597"',
    },
  ])('$summary works with its example parameters', async ({ summary, id, filledIn, url, content }) => {
    const { page, readProblems } = await visit()
    await page.goto(`${service.origin}/docs`)
    const operation = page.locator(`#${id}`)
    await operation.getByText(summary).click()
    const execute = operation.getByRole('button', { name: 'Execute' })
    await execute.waitFor()
    const inputs = operation.locator('tr input')
    await expect.poll(() => inputs.evaluateAll(readValues), { timeout: WAIT_LIMIT }).toEqual(filledIn)
    await execute.click()
    const live = operation.locator('.live-responses-table')
    await live.waitFor()
    expect(await operation.locator('.request-url pre').innerText()).toBe(`${service.origin}${url}`)
    expect(await live.locator('.response-col_status').last().innerText()).toMatch(/^200\b/)
    await expect.poll(() => live.innerText(), { timeout: WAIT_LIMIT }).toContain(content)
    expect(await readProblems()).toEqual([])
  })

  // Each takes seconds, of which Swagger UI needs two to resolve the document: tests/openapi.test.ts has them all.
  it('operations respond to what is filled in, and show code that requests it', async () => {
    const { page, readProblems } = await visit()
    await page.goto(`${service.origin}/docs`)
    const { operations } = await readOperations()
    const executed = operations.filter(({ id }) =>
      /-(listIncidentLinks|getStats|citeDataset|metrics)$/.test(id),
    )
    expect(executed).toHaveLength(4)
    for (const [index, { id, mediaType }] of executed.entries()) {
      const operation = page.locator(`#${id}`)
      await operation.locator('.opblock-summary-control').click()
      await operation.getByRole('button', { name: 'Execute' }).click()
      const status = operation.locator('.live-responses-table .response-col_status').last()
      await status.waitFor()
      expect(await status.innerText(), id).toMatch(/^200\b/)
      const url = await operation.locator('.request-url pre').innerText()
      const samples = renderCodeSamples(url, mediaType)
      const snippets = operation.locator('.curl-command')
      expect(await snippets.locator('h4').allInnerTexts()).toEqual(samples.map(({ label }) => label))
      const { label = '', source = '' } = samples[index % samples.length] ?? {}
      await snippets.getByRole('heading', { name: label, exact: true }).click()
      await expect.poll(() => snippets.locator('pre').innerText()).toBe(source)
      await operation.locator('.opblock-summary-control').click()
    }
    expect(await readProblems()).toEqual([])
  })

  it('the operation with the most parameters is no longer than four screens', async () => {
    const { page } = await visit()
    await page.goto(`${service.origin}/docs`)
    const operation = page.locator('#operations-incidents-listIncidents')
    await operation.locator('.opblock-summary-control').click()
    await operation.getByRole('button', { name: 'Execute' }).waitFor()
    expect((await operation.boundingBox())?.height).toBeLessThan(4000)
    await operation.locator('[data-code="400"]').getByText('Example', { exact: true }).click()
    await operation.locator('[data-code="400"]').getByText('unknown_parameter"').first().waitFor()
    await operation.locator('[data-code="200"]').getByText('Headers', { exact: true }).click()
    await operation.locator('[data-code="200"]').getByText('X-Hints').waitFor()
  })

  it('choosing a media type requests that format', async () => {
    const { page, readProblems } = await visit()
    await page.goto(`${service.origin}/docs`)
    const operation = page.locator('#operations-incidents-listIncidents')
    await operation.getByText('List incidents').click()
    const response = page.waitForResponse((one) => one.url().includes('/v1/incidents?'))
    await operation.locator('[data-code="200"] .content-type').selectOption('text/csv')
    await operation.getByRole('button', { name: 'Execute' }).click()
    expect((await response).headers()['content-type']).toMatch(/^text\/csv/)
    const live = operation.locator('.live-responses-table')
    await live.waitFor()
    await expect
      .poll(() => live.innerText(), { timeout: WAIT_LIMIT })
      .toMatch(/id,dataset,kind[\s\S]+seed:samarra-2017-01-02,seed,incident/)
    expect(await readProblems()).toEqual([])
  })
})

/** Reads an attribute of each element; runs in the page. */
function readAttributes(elements: { getAttribute(name: string): string | null }[], name: string): string[] {
  return elements.map((element) => element.getAttribute(name) ?? '')
}

/** Reads the parameters that are filled in, by name; runs in the page. */
function readValues(inputs: object[]): Record<string, string> {
  const filled = (
    inputs as { value: string; closest(selector: string): { dataset: { paramName: string } } }[]
  )
    .filter(({ value }) => value !== '')
    .map((input) => [input.closest('tr').dataset.paramName, input.value])
  return Object.fromEntries(filled)
}
