import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Service, startService } from './support/service.ts'

/** Debian's Chromium, unless told of another one. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const isInstalled = existsSync(CHROMIUM)
if (!isInstalled)
  console.warn(`The pages are not tried out: there is no browser at ${CHROMIUM}. Set CHROMIUM_PATH to one.`)

/** Nothing that a browser does of its own accord. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A page and all that would trouble its reader. */
interface Visit {
  page: Page
  /** Errors in the console, exceptions, requests that failed or went elsewhere, breaches of the policy. */
  troubles(): Promise<string[]>
}

describe.skipIf(!isInstalled)('in a browser', () => {
  let service: Service
  let browser: Browser
  beforeAll(async () => {
    service = await startService()
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  })
  afterAll(async () => {
    await browser?.close()
    await service?.close()
  })

  async function visit(): Promise<Visit> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } })
    onTestFinished(() => context.close())
    context.setDefaultTimeout(10_000)
    const troubles: string[] = []
    context.on('request', (request) => {
      const { protocol, origin } = new URL(request.url())
      if (protocol !== 'data:' && origin !== service.origin) troubles.push(`asks elsewhere: ${request.url()}`)
    })
    context.on('requestfailed', (request) => troubles.push(`fails: ${request.url()}`))
    context.on('response', (response) => {
      if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`)
    })
    await context.addInitScript(`
      globalThis.breaches = []
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        breaches.push(violatedDirective + ' forbids ' + blockedURI))
    `)
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(`console: ${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`))
    return {
      page,
      troubles: async () => [...troubles, ...((await page.evaluate('breaches')) as string[])],
    }
  }

  /** What the service says of itself. */
  async function documented(): Promise<{ tags: string[]; operations: { id: string; summary: string }[] }> {
    const { tags, paths } = (await (await fetch(`${service.origin}/openapi.json`)).json()) as {
      tags: { name: string }[]
      paths: Record<string, { get: { operationId: string; summary: string; tags: string[] } }>
    }
    return {
      tags: tags.map(({ name }) => name),
      operations: Object.values(paths).map(({ get }) => ({
        id: `operations-${get.tags[0]}-${get.operationId}`,
        summary: get.summary,
      })),
    }
  }

  it('the documentation shows every tag and operation', async () => {
    const { page, troubles } = await visit()
    await page.goto(`${service.origin}/docs`)
    await page.locator('.opblock').first().waitFor()
    const { tags, operations } = await documented()
    expect(operations.length).toBeGreaterThan(10)
    expect(await page.locator('.opblock-tag').evaluateAll(attribute, 'data-tag')).toEqual(tags)
    const shown = await page.locator('.opblock').evaluateAll(attribute, 'id')
    expect(shown.toSorted()).toEqual(operations.map(({ id }) => id).sort())
    for (const { id, summary } of operations)
      expect(await page.locator(`#${id} .opblock-summary-description`).innerText()).toBe(summary)
    expect(await page.locator('.info .title').innerText()).toContain('Conflict incidents')
    expect(await page.title()).toBe('Conflict incidents API')
    expect(await troubles()).toEqual([])
  })

  it.each([
    {
      summary: 'List incidents',
      id: 'operations-incidents-listIncidents',
      filledIn: { city: 'Samarra' },
      url: '/v1/incidents?city=Samarra',
      answer: '"seed:samarra-2017-01-02"',
    },
    {
      summary: 'Get one incident',
      id: 'operations-incidents-getIncident',
      filledIn: { id: 'seed:samarra-2017-01-02' },
      url: '/v1/incidents/seed%3Asamarra-2017-01-02',
      answer: '"claims": [',
    },
    {
      summary: 'List or search places',
      id: 'operations-places-listPlaces',
      filledIn: { q: 'سامراء' },
      url: `/v1/places?q=${encodeURIComponent('سامراء')}`,
      answer: '"geonames:91597"',
    },
  ])('$summary: is tried out as it is filled in', async ({ summary, id, filledIn, url, answer }) => {
    const { page, troubles } = await visit()
    await page.goto(`${service.origin}/docs`)
    const operation = page.locator(`#${id}`)
    await operation.getByText(summary).click()
    const execute = operation.getByRole('button', { name: 'Execute' })
    await execute.waitFor()
    expect(await operation.locator('tr input').evaluateAll(given)).toEqual(filledIn)
    await execute.click()
    const live = operation.locator('.live-responses-table')
    await live.waitFor()
    expect(await operation.locator('.request-url pre').innerText()).toBe(`${service.origin}${url}`)
    expect(await live.locator('.response-col_status').last().innerText()).toMatch(/^200\b/)
    expect(await live.innerText()).toContain(answer)
    expect(await troubles()).toEqual([])
  })

  it('a record is read in another format by choosing its media type', async () => {
    const { page, troubles } = await visit()
    await page.goto(`${service.origin}/docs`)
    const operation = page.locator('#operations-incidents-listIncidents')
    await operation.getByText('List incidents').click()
    const answer = page.waitForResponse((response) => response.url().includes('/v1/incidents?'))
    await operation.locator('[data-code="200"] .content-type').selectOption('text/csv')
    await operation.getByRole('button', { name: 'Execute' }).click()
    expect((await answer).headers()['content-type']).toMatch(/^text\/csv/)
    const live = operation.locator('.live-responses-table')
    await live.waitFor()
    expect(await live.innerText()).toMatch(/id,dataset,kind[\s\S]+seed:samarra-2017-01-02,seed,incident/)
    expect(await troubles()).toEqual([])
  })

  it('the landing page is shown, and nothing is missing from it', async () => {
    const { page, troubles } = await visit()
    const response = await page.goto(service.origin)
    expect(response?.headers()['content-type']).toMatch(/^text\/html/)
    expect(await page.getByRole('heading').innerText()).toMatch(/^conflict-incidents \d/)
    // Whatever the browser asks for by itself, an icon for instance, comes after the page.
    await page.waitForLoadState('networkidle')
    expect(await troubles()).toEqual([])
  })

  it('every link of the landing page leads somewhere', async () => {
    const { page } = await visit()
    await page.goto(service.origin)
    const links = await page.getByRole('link').evaluateAll(attribute, 'href')
    expect(links).toEqual(expect.arrayContaining(['/docs', '/openapi.json', '/v1/incidents', '/metrics']))
    const answers: Record<string, number | undefined> = {}
    for (const link of links) {
      await page.goto(service.origin)
      const answer = page.waitForResponse((response) => response.url() === `${service.origin}${link}`)
      await page.locator(`a[href="${link}"]`).click()
      answers[link] = (await answer).status()
      await page.waitForURL(`${service.origin}${link}`)
    }
    expect(answers).toEqual(Object.fromEntries(links.map((link) => [link, 200])))
  })
})

/** The values of an attribute; runs in the page. */
function attribute(elements: { getAttribute(name: string): string | null }[], name: string): string[] {
  return elements.map((element) => element.getAttribute(name) ?? '')
}

/** The values that parameters are filled in with, by name; runs in the page. */
function given(inputs: object[]): Record<string, string> {
  const filled = (
    inputs as { value: string; closest(selector: string): { dataset: { paramName: string } } }[]
  )
    .filter(({ value }) => value !== '')
    .map((input) => [input.closest('tr').dataset.paramName, input.value])
  return Object.fromEntries(filled)
}
