import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, visitor } from '../support/browser.ts'
import { incidents } from '../support/process.ts'
import { type Service, startService } from '../support/service.ts'

const IRAQ = fileURLToPath(new URL('../fixtures/ucdp-ged-iraq.csv.gz', import.meta.url))
const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** Waits until nothing is on its way. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 10_000 }).toBe(0)
}

/** Waits until the table has so many rows, and gives their titles. */
async function titles(page: Page, count: number): Promise<string[]> {
  const links = page.locator('.records tbody .link')
  await expect.poll(() => links.count(), { timeout: 10_000 }).toBe(count)
  await settled(page)
  return links.allInnerTexts()
}

/** From which side an element is read. */
const direction = (page: Page, selector: string) =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}')).direction`)

interface Box {
  text: string
  left: number
  right: number
  top: number
  bottom: number
}

/** Where elements are on the screen. */
async function boxes(page: Page, selector: string): Promise<Box[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      return { text: element.textContent ?? '', left, right, top, bottom }
    }),
  )
}

/** The pairs of boxes that lie over each other. */
function overlapping(all: readonly Box[]): [string, string][] {
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter(
        (other) =>
          one.left < other.right &&
          other.left < one.right &&
          one.top < other.bottom &&
          other.top < one.bottom,
      )
      .map(({ text }): [string, string] => [one.text, text]),
  )
}

/** What axe finds that keeps people out: serious and critical violations. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`)
}

describe.skipIf(!hasBrowser)('the explorer of the seed', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service?.close())
  const visit = visitor(() => service.origin)

  const open = async (query = '', options = {}) => {
    const { page, troubles } = await visit(options)
    await page.goto(`${service.origin}/${query}`)
    await page.locator('.records tbody tr, .empty').first().waitFor()
    await settled(page)
    return { page, troubles }
  }

  it('shows every record on the map, the timeline and in the table', async () => {
    const { page, troubles } = await open()
    await titles(page, 3)
    expect(await page.locator('.map-canvas').getAttribute('aria-label')).toMatch(/^Map of 3 records/)
    expect(await page.locator('.chart').getAttribute('aria-label')).toBe('3 records by day')
    expect(await page.locator('.summary').innerText()).toMatch(/Records\s+3/)
    expect(await troubles()).toEqual([])
  })

  it('a place is suggested while it is typed, and chosen by the keyboard', async () => {
    const { page, troubles } = await open()
    const field = page.getByRole('combobox', { name: 'Place' })
    await field.pressSequentially('samar')
    const option = page.getByRole('option', { name: /^Samarra/ }).first()
    await option.waitFor()
    await field.press('ArrowDown')
    await field.press('Enter')
    expect(await titles(page, 1)).toEqual(['Attack on two police stations in Samarra'])
    expect(new URL(page.url()).searchParams.get('place')).toBe('geonames:91597')
    expect(await page.locator('.chip').innerText()).toMatch(/^Samarra/)
    await page.goBack()
    await titles(page, 3)
    await page.goForward()
    await titles(page, 1)
    await page.reload()
    await titles(page, 1)
    expect(await troubles()).toEqual([])
  })

  it('a name is found in its own script, written from its own side', async () => {
    const { page } = await open()
    const field = page.getByRole('combobox', { name: 'Place' })
    await field.pressSequentially('سامر')
    await page.getByRole('option', { name: /^Samarra/ }).waitFor()
    expect(await direction(page, 'input:focus')).toBe('rtl')
    expect(await barriers(page)).toEqual([])
    await field.fill('قققق')
    await page.getByText('No name like this').waitFor()
    await field.press('Enter')
    await page.locator('.chip').waitFor()
    expect(await direction(page, '.chip bdi')).toBe('rtl')
    await page.getByRole('button', { name: 'Remove قققق' }).click()
    await titles(page, 3)
  })

  it('a death toll of ten or more leaves two', async () => {
    const { page } = await open()
    await page.getByLabel('At least killed').fill('10')
    await page.getByLabel('At least killed').press('Enter')
    await page.waitForURL(/deaths_min=10/)
    await titles(page, 2)
  })

  it('a name that is nearly known is asked back', async () => {
    const { page } = await open()
    const field = page.getByRole('combobox', { name: 'Place' })
    await field.fill('Bagdad')
    await field.press('Enter')
    await page.getByText('No record matches').first().waitFor()
    await settled(page)
    expect(await barriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Did you mean Baghdad?' }).click()
    await page.waitForURL(/city=Baghdad/)
    await titles(page, 2)
  })

  it('a record shows every claim with who makes it, and closes by Escape', async () => {
    const { page, troubles } = await open()
    await page.getByRole('button', { name: 'Attack on two police stations in Samarra' }).click()
    const panel = page.getByRole('complementary', { name: 'Record' })
    const claims = panel.locator('.claims tbody tr')
    await claims.first().waitFor()
    await settled(page)
    expect(await claims.count()).toBe(5)
    expect(new URL(page.url()).searchParams.get('record')).toBe('seed:samarra-2017-01-02')
    expect(await panel.locator('.range').count()).toBeGreaterThan(0)
    await panel.getByText('Cite as').waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(await troubles()).toEqual([])
  })

  it('an address shows what it says, and what it says that is wrong', async () => {
    const { page } = await open('?deaths_min=10&record=seed:samarra-2017-01-02&sort=deaths')
    expect(await page.getByLabel('At least killed').inputValue()).toBe('10')
    expect(await page.locator('th[aria-sort="ascending"]').innerText()).toMatch(/^Killed/)
    await page.getByRole('complementary', { name: 'Record' }).getByText('Samarra').first().waitFor()
    const { page: other } = await visit()
    await other.goto(`${service.origin}/?deaths_min=many`)
    await settled(other)
    // Every part of the page is asked for by the wrong address; it is said once.
    const alerts = other.locator('[role="alert"]:visible')
    expect(await alerts.allInnerTexts()).toEqual([expect.stringContaining('deaths_min')])
    expect(await barriers(other)).toEqual([])
  })

  it('a service that cannot be reached is said, and asked again', async () => {
    const { page } = await open()
    await page.context().setOffline(true)
    await page.getByLabel('At least killed').fill('10')
    await page.getByLabel('At least killed').press('Enter')
    await page.getByText('cannot be reached').first().waitFor()
    await settled(page)
    expect(await page.locator('[role="alert"]:visible').count()).toBe(1)
    expect(await barriers(page)).toEqual([])
    await page.context().setOffline(false)
    await titles(page, 2)
    await page.getByRole('alert').first().waitFor({ state: 'detached' })
  })

  it('what has failed is asked again, all of it, by one button', async () => {
    const { page } = await open()
    await page.route('**/v1/**', (route) => route.fulfill({ status: 503, json: { detail: 'Too busy' } }))
    await page.getByLabel('At least killed').fill('10')
    await page.getByLabel('At least killed').press('Enter')
    await page.getByText('Too busy').first().waitFor()
    await settled(page)
    await page.unroute('**/v1/**')
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await titles(page, 2)
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  it('what is shown can be downloaded', async () => {
    const { page } = await open('?deaths_min=10')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^incidents.*\.csv$/)
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split(/\r?\n/)
    expect(lines).toHaveLength(3)
    expect(await page.getByRole('button', { name: 'Copy URL' }).getAttribute('title')).toBe(
      `${service.origin}/v1/incidents?deaths_min=10`,
    )
  })

  it.each([
    ['wide, light', {}],
    ['wide, dark', { colorScheme: 'dark' }],
    ['a phone', { viewport: { width: 390, height: 800 } }],
    ['a phone, dark', { viewport: { width: 390, height: 800 }, colorScheme: 'dark' }],
  ])('keeps nobody out: %s', async (_, options) => {
    const { page, troubles } = await open('?borders=1', options)
    expect(await barriers(page)).toEqual([])
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overflow)).toBe(0)
    const width = page.viewportSize()?.width ?? 0
    for (const { right } of await boxes(page, '.records td')) expect(right).toBeLessThanOrEqual(width)
    expect(overlapping(await boxes(page, '.place-name bdi'))).toEqual([])
    await page.getByRole('button', { name: 'Car bomb in Sadr City, Baghdad' }).click()
    await page.locator('.claims').waitFor()
    await settled(page)
    expect(await barriers(page)).toEqual([])
    expect(await troubles()).toEqual([])
  })

  it('a first view is small, and its assets are kept for good', async () => {
    const { page } = await visit()
    const assets: { url: string; bytes: number; cache: string }[] = []
    let requests = 0
    page.on('requestfinished', async (request) => {
      requests += 1
      const response = await request.response()
      if (!response || !request.url().includes('/explorer/assets/')) return
      const { responseBodySize: bytes } = await request.sizes()
      assets.push({ url: request.url(), bytes, cache: response.headers()['cache-control'] ?? '' })
    })
    const response = await page.goto(service.origin)
    await page.locator('.records tbody tr').first().waitFor()
    await settled(page)
    const policy = response?.headers()['content-security-policy']
    expect(policy).toContain(`script-src 'self'`)
    expect(policy).not.toContain('unsafe')
    const code = assets.filter(({ url }) => /\.(js|css)$/.test(url))
    expect(code.length).toBeGreaterThan(1)
    expect(code.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(250_000)
    expect(requests).toBeLessThan(25)
    for (const { url, cache } of assets) expect(cache, url).toBe('public, max-age=31536000, immutable')
  })
})

describe.skipIf(!hasBrowser)('the explorer of a data set', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService()
    const { code, stderr } = await incidents(['import', IRAQ], {
      env: { DATABASE_URL: `sqlite:${service.path}` },
    })
    expect(code, stderr).toBe(0)
  })
  afterAll(() => service?.close())
  const visit = visitor(() => service.origin)

  it('leads from clusters to Baghdad, to a day, to a record', async () => {
    const { page, troubles } = await visit()
    await page.goto(`${service.origin}/?dataset=ucdp-ged`)
    await page.locator('.map[data-shows="clusters"] .cluster').first().waitFor()
    await settled(page)
    expect(await page.locator('.map-canvas').getAttribute('aria-label')).toMatch(/^Map of 7,4\d\d records/)
    expect(await barriers(page)).toEqual([])
    for (let times = 0; times < 3; times += 1) {
      const clusters = await boxes(page, '.cluster')
      expect(overlapping(clusters)).toEqual([])
      const [largest] = clusters.sort((one, other) => other.right - other.left - (one.right - one.left))
      if (!largest) throw new Error('There is no cluster')
      await page.mouse.click((largest.left + largest.right) / 2, (largest.top + largest.bottom) / 2)
      await page.waitForTimeout(500)
      await settled(page)
      await page.locator('.map[data-shows="clusters"]').waitFor()
    }

    const field = page.getByRole('combobox', { name: 'Place' })
    await field.fill('baghdad')
    await page.getByRole('option', { name: /^Baghdad city/ }).click()
    await page.waitForURL(/place=/)
    await page.getByLabel('From').fill('2016-12-20')
    await page.getByLabel('To', { exact: true }).fill('2017-01-15')
    await page.getByLabel('To', { exact: true }).press('Enter')
    await page.waitForURL(/date_to=/)
    await settled(page)

    // The bar of 2 January is the 14th of 27 days.
    const chart = await page.locator('.u-over').boundingBox()
    if (!chart) throw new Error('There is no chart')
    const day = chart.width / 27
    await page.mouse.move(chart.x + 13.2 * day, chart.y + 40)
    await page.mouse.down()
    await page.mouse.move(chart.x + 13.8 * day, chart.y + 40, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/date_from=2017-01-02&date_to=2017-01-02/)
    await titles(page, 2)
    await page.locator('.map[data-shows="places"]').waitFor()

    await page.locator('.map .pile').click()
    await page.locator('.popup-list .link').first().click()
    await page.locator('.claims').waitFor()
    await settled(page)
    expect(new URL(page.url()).searchParams.get('record')).toMatch(/^ucdp-ged:/)
    expect(await troubles()).toEqual([])
  })

  it('records at one place are listed, and the list stays when the map makes room for it', async () => {
    const { page } = await visit()
    await page.goto(`${service.origin}/?dataset=ucdp-ged&date_from=2017-01-02&date_to=2017-01-02`)
    await page.locator('.map[data-shows="places"]').waitFor()
    await settled(page)
    // Mosul is at the upper edge.
    await page.locator('.map .pile', { hasText: '3' }).click()
    await page.waitForURL(/map=/)
    await settled(page)
    expect(await page.locator('.popup-list .link').count()).toBe(3)
    expect(overlapping(await boxes(page, '.place-name bdi'))).toEqual([])
    expect(await barriers(page)).toEqual([])
    await page.locator('.popup-list .link').first().click()
    await page.waitForURL(/record=ucdp-ged/)
  })

  it('records without a position are counted under the map', async () => {
    // An invented incident in the columns of Iraq Body Count, at a place that no gazetteer knows.
    const row = {
      'IBC code': 'z99999',
      'Start Date': '2 Jan 2017',
      'End Date': '2 Jan 2017',
      Time: '',
      Location: 'Exampla',
      Target: '',
      Weapons: '',
      'Reported Minimum': '7',
      'Reported Maximum': '9',
      Sources: 'AAA 2 Jan',
    }
    const input = Buffer.from(`${Object.keys(row).join()}\n${Object.values(row).join()}\n`)
    const { code, stderr } = await incidents(['import', '-'], {
      env: { DATABASE_URL: `sqlite:${service.path}` },
      input,
    })
    expect(code, stderr).toBe(0)
    const { page } = await visit()
    await page.goto(`${service.origin}/?date_from=2017-01-01&date_to=2017-01-31`)
    await page.getByText('1 record without a position').waitFor()
  })
})
