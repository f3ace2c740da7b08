import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, launchBrowser, WAIT_LIMIT } from '../support/browser.ts'
import { runIncidents } from '../support/process.ts'
import { type Service, startService } from '../support/service.ts'

const IRAQ = fileURLToPath(new URL('../fixtures/ucdp-ged-iraq.csv.gz', import.meta.url))
const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** Waits until no part of the page is loading. A changed address makes the parts busy before anything else runs. */
async function waitForIdle(page: Page): Promise<void> {
  await page.locator('.page:not(:has([aria-busy="true"]))').waitFor()
}

/** Waits until the table has a number of rows, and returns their titles. */
async function readTitles(page: Page, count: number): Promise<string[]> {
  const links = page.locator('.records tbody .link')
  await expect.poll(() => links.count(), { timeout: WAIT_LIMIT }).toBe(count)
  await waitForIdle(page)
  const titles = await links.allInnerTexts()
  expect(titles).toHaveLength(count)
  return titles
}

/** Fills in a field and applies it. */
async function fillFilter(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByLabel(label)
  await field.fill(value)
  await field.press('Enter')
}

/** Opens a record from the table and waits until its panel is complete. */
async function openRecord(page: Page, title: string) {
  await page.getByRole('button', { name: title }).click()
  const panel = page.getByRole('complementary', { name: 'Record' })
  await panel.locator('.claims').waitFor()
  await panel.getByText('Cite as').waitFor()
  await waitForIdle(page)
  return panel
}

/** Reads the writing direction of an element. */
const readDirection = (page: Page, selector: string) =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}')).direction`)

interface Box {
  text: string
  left: number
  right: number
  top: number
  bottom: number
}

/** Reads the text and the position of elements on the screen. */
async function readBoxes(page: Page, selector: string): Promise<Box[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      return { text: element.textContent ?? '', left, right, top, bottom }
    }),
  )
}

/** Finds the pairs of boxes that overlap. */
function findOverlaps(all: readonly Box[]): [string, string][] {
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

/** Runs axe and returns its serious and critical violations. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`)
}

describe.skipIf(!hasBrowser)('the explorer with the seed', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service?.close())
  const visit = launchBrowser(() => service.origin)

  const open = async (query = '', options = {}) => {
    const { page, readProblems } = await visit(options)
    await page.goto(`${service.origin}/${query}`)
    await page.locator('.records tbody tr, .empty').first().waitFor()
    await waitForIdle(page)
    return { page, readProblems }
  }

  it('shows every record on the map, the timeline and in the table', async () => {
    const { page, readProblems } = await open()
    await readTitles(page, 3)
    expect(await page.locator('.map-canvas').getAttribute('aria-label')).toMatch(/^Map of 3 records/)
    expect(await page.locator('.chart').getAttribute('aria-label')).toBe('3 records by day')
    expect(await page.locator('.summary').innerText()).toMatch(/Records\s+3/)
    expect(await readProblems()).toEqual([])
  })

  it('shows what is not recorded, and the reported total that is not added', async () => {
    const { page } = await open()
    const summary = page.locator('.summary')
    expect(await summary.innerText()).toMatch(/Injured\s+Not recorded/)
    expect(await summary.locator('summary').innerText()).toBe(
      '1 total reported by a source (not added to the sums)',
    )
    const help = await page.locator('.map .help').innerText()
    expect(help).toContain('Each circle is one record; larger means more killed.')
    expect(await page.getByLabel("Limit to the map's area").count()).toBe(1)
  })

  it('a place is suggested while it is typed, and selected by the keyboard', async () => {
    const { page, readProblems } = await open()
    const field = page.getByRole('combobox', { name: 'Place' })
    const suggested = page.waitForResponse((response) => /[?&]q=samar(&|$)/.test(response.url()))
    await field.pressSequentially('samar')
    await suggested
    await page.locator('[role="option"]:first-child', { hasText: /^Samarra/ }).waitFor()
    await field.press('ArrowDown')
    await page.locator('[role="option"][aria-selected="true"]', { hasText: /^Samarra/ }).waitFor()
    await field.press('Enter')
    expect(await readTitles(page, 1)).toEqual(['Attack on two police stations in Samarra'])
    expect(new URL(page.url()).searchParams.get('place')).toBe('geonames:91597')
    await page.locator('.chip', { hasText: /^Samarra/ }).waitFor()
    await page.goBack()
    await readTitles(page, 3)
    await page.goForward()
    await readTitles(page, 1)
    await page.reload()
    await readTitles(page, 1)
    expect(await readProblems()).toEqual([])
  })

  it('a name is found in its own script, and displayed in its own direction', async () => {
    const { page } = await open()
    const field = page.getByRole('combobox', { name: 'Place' })
    await field.fill('سامر')
    await page.getByRole('option', { name: /^Samarra/ }).waitFor()
    expect(await readDirection(page, 'input:focus')).toBe('rtl')
    expect(await findBarriers(page)).toEqual([])
    await field.fill('قققق')
    await page.getByText('No match', { exact: true }).waitFor()
    await field.press('Enter')
    await page.locator('.chip').waitFor()
    expect(await readDirection(page, '.chip bdi')).toBe('rtl')
    await page.getByRole('button', { name: 'Remove قققق' }).click()
    await readTitles(page, 3)
  })

  it('records are filtered by the number killed', async () => {
    const { page } = await open()
    await fillFilter(page, 'Killed: from', '10')
    await page.waitForURL(/deaths_min=10/)
    await readTitles(page, 2)
  })

  it('a misspelt name gets a suggestion', async () => {
    const { page } = await open()
    const field = page.getByRole('combobox', { name: 'Place' })
    await field.fill('Bagdad')
    await field.press('Enter')
    await page.getByText('No records match').first().waitFor()
    await waitForIdle(page)
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Did you mean Baghdad?' }).click()
    await page.waitForURL(/city=Baghdad/)
    await readTitles(page, 2)
  })

  it('a record shows every claim with its claimant, and closes on Escape', async () => {
    const { page, readProblems } = await open()
    const panel = await openRecord(page, 'Attack on two police stations in Samarra')
    const claims = await panel.locator('.claims tbody tr').allInnerTexts()
    expect(claims).toHaveLength(5)
    expect(claims[2]).toContain('declined to say how many security forces were killed')
    expect(claims[4]).toContain('names Islamic State as responsible')
    expect(await panel.getByRole('listitem').allInnerTexts()).toContain(
      'Security Forces of Iraq (party to the clash)',
    )
    expect(new URL(page.url()).searchParams.get('record')).toBe('seed:samarra-2017-01-02')
    expect(await panel.locator('.range').count()).toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(await readProblems()).toEqual([])
  })

  it('a claimant that names itself claims responsibility', async () => {
    const { page } = await open()
    const panel = await openRecord(page, 'Car bomb in Sadr City, Baghdad')
    const claims = await panel.locator('.claims tbody tr').allInnerTexts()
    expect(claims.at(-1)).toMatch(/^Islamic State\s[\s\S]*claims responsibility/)
  })

  it('the address restores the page, and an invalid one reports the error once', async () => {
    const { page } = await open('?deaths_min=10&record=seed:samarra-2017-01-02&sort=deaths')
    expect(await page.getByLabel('Killed: from').inputValue()).toBe('10')
    expect(await page.locator('th[aria-sort="ascending"]').innerText()).toMatch(/^Killed/)
    await page.getByRole('complementary', { name: 'Record' }).getByText('Samarra').first().waitFor()
    const { page: other } = await visit()
    await other.goto(`${service.origin}/?deaths_min=many`)
    // Every part of the page requests the invalid address.
    const alerts = other.locator('[role="alert"]:visible')
    await alerts.first().waitFor()
    await waitForIdle(other)
    expect(await alerts.allInnerTexts()).toEqual([expect.stringContaining('deaths_min')])
    expect(await findBarriers(other)).toEqual([])
  })

  it('an unreachable service is reported once, and requested again when it is back', async () => {
    const { page } = await open()
    await page.context().setOffline(true)
    await fillFilter(page, 'Killed: from', '10')
    await page.getByText('cannot be reached').first().waitFor()
    await waitForIdle(page)
    expect(await page.locator('[role="alert"]:visible').count()).toBe(1)
    expect(await findBarriers(page)).toEqual([])
    await page.context().setOffline(false)
    await readTitles(page, 2)
    await expect.poll(() => page.getByRole('alert').count(), { timeout: WAIT_LIMIT }).toBe(0)
  })

  it('one button retries all failed requests', async () => {
    const { page } = await open()
    await page.route('**/v1/**', (route) => route.fulfill({ status: 503, json: { detail: 'Too busy' } }))
    await fillFilter(page, 'Killed: from', '10')
    await page.getByText('Too busy').first().waitFor()
    await waitForIdle(page)
    await page.unroute('**/v1/**')
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await readTitles(page, 2)
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  it('the filtered records can be downloaded', async () => {
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
    expect(await page.getByRole('button', { name: 'Copy API link' }).getAttribute('title')).toBe(
      `${service.origin}/v1/incidents?deaths_min=10`,
    )
  })

  it.each([
    ['wide, light', {}],
    ['wide, dark', { colorScheme: 'dark' }],
    ['a phone', { viewport: { width: 390, height: 800 } }],
    ['a phone, dark', { viewport: { width: 390, height: 800 }, colorScheme: 'dark' }],
  ])('is accessible and fits the screen: %s', async (_, options) => {
    const { page, readProblems } = await open('?borders=1', options)
    expect(await findBarriers(page)).toEqual([])
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overflow)).toBe(0)
    const width = page.viewportSize()?.width ?? 0
    for (const { right } of await readBoxes(page, '.records td')) expect(right).toBeLessThanOrEqual(width)
    expect(findOverlaps(await readBoxes(page, '.place-name bdi'))).toEqual([])
    await openRecord(page, 'Car bomb in Sadr City, Baghdad')
    expect(await findBarriers(page)).toEqual([])
    expect(await readProblems()).toEqual([])
  })

  it('the first view is small, and its assets are immutable', async () => {
    const { page } = await visit()
    const finished: Request[] = []
    page.on('requestfinished', (request) => finished.push(request))
    const response = await page.goto(service.origin)
    await page.locator('.records tbody tr').first().waitFor()
    await waitForIdle(page)
    // The outlines of the map are loaded last, and no part of the page waits for them.
    const hasLand = () => finished.some((request) => /\/land-.*\.json$/.test(request.url()))
    await expect.poll(hasLand, { timeout: WAIT_LIMIT }).toBe(true)
    const policy = response?.headers()['content-security-policy']
    expect(policy).toContain(`script-src 'self'`)
    expect(policy).not.toContain('unsafe')
    const assets = await Promise.all(
      finished
        .filter((request) => request.url().includes('/explorer/assets/'))
        .map(async (request) => ({
          url: request.url(),
          bytes: (await request.sizes()).responseBodySize,
          cache: (await request.response())?.headers()['cache-control'],
        })),
    )
    const code = assets.filter(({ url }) => /\.(js|css)$/.test(url))
    expect(code.length).toBeGreaterThan(1)
    expect(code.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(250_000)
    expect(finished.length).toBeLessThan(25)
    for (const { url, cache } of assets) expect(cache, url).toBe('public, max-age=31536000, immutable')
  })
})

describe.skipIf(!hasBrowser)('the explorer with a data set', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService()
    const { code, stderr } = await runIncidents(['import', IRAQ], {
      env: { DATABASE_URL: `sqlite:${service.path}` },
    })
    expect(code, stderr).toBe(0)
  })
  afterAll(() => service?.close())
  const visit = launchBrowser(() => service.origin)

  /** Clicks the largest cluster, and waits until the map has zoomed to it. */
  async function zoomToLargestCluster(page: Page, clusters: readonly Box[]): Promise<void> {
    const widths = clusters.map(({ left, right }) => right - left)
    const before = new URL(page.url()).searchParams.get('map')
    await page
      .locator('.cluster')
      .nth(widths.indexOf(Math.max(...widths)))
      .click()
    await page.waitForURL(({ searchParams }) => ![null, before].includes(searchParams.get('map')))
    await waitForIdle(page)
    await page.locator('.map[data-shows="clusters"]').waitFor()
  }

  it('navigates from clusters to Baghdad, to a day and to a record', async () => {
    const { page, readProblems } = await visit()
    await page.goto(`${service.origin}/?dataset=ucdp-ged`)
    await page.locator('.map[data-shows="clusters"] .cluster').first().waitFor()
    await waitForIdle(page)
    expect(await page.locator('.map-canvas').getAttribute('aria-label')).toMatch(/^Map of 6,287 records/)
    // The rest of the 7,473 is not drawn as if it were known to a place.
    await page.getByText('1,186 records known only to a district, division, country or wide area').waitFor()
    expect(await findBarriers(page)).toEqual([])
    for (let times = 0; times < 3; times += 1) {
      const clusters = await readBoxes(page, '.cluster')
      expect(clusters).not.toEqual([])
      expect(findOverlaps(clusters)).toEqual([])
      await zoomToLargestCluster(page, clusters)
    }

    const field = page.getByRole('combobox', { name: 'Place' })
    await field.fill('baghdad')
    await page.getByRole('option', { name: /^Baghdad city/ }).click()
    await page.waitForURL(/place=/)
    await page.getByLabel('Date: from').fill('2016-12-20')
    await fillFilter(page, 'Date: to', '2017-01-15')
    await page.waitForURL(/date_to=/)
    await waitForIdle(page)

    // The bar of 2 January is the 14th of 27 days.
    const chart = page.locator('.chart[aria-label$="by day"] .u-over')
    await chart.scrollIntoViewIfNeeded()
    const box = await chart.boundingBox()
    if (!box) throw new Error('The chart is not visible')
    const day = box.width / 27
    await page.mouse.move(box.x + 13.2 * day, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + 13.8 * day, box.y + 40, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/date_from=2017-01-02&date_to=2017-01-02/)
    await readTitles(page, 2)
    await page.locator('.map[data-shows="records"]').waitFor()

    await page.locator('.map .stack').click()
    await page.locator('.popup-list .link').first().click()
    await page.locator('.claims').waitFor()
    await waitForIdle(page)
    expect(new URL(page.url()).searchParams.get('record')).toMatch(/^ucdp-ged:/)
    expect(await readProblems()).toEqual([])
  })

  it('records at one location are listed, and the list stays open when the map moves to fit it', async () => {
    const { page } = await visit()
    await page.goto(`${service.origin}/?dataset=ucdp-ged&date_from=2017-01-02&date_to=2017-01-02`)
    await page.locator('.map[data-shows="records"]').waitFor()
    await waitForIdle(page)
    // Mosul is at the upper edge.
    await page.locator('.map .stack', { hasText: '3' }).click()
    await page.waitForURL(/map=/)
    await waitForIdle(page)
    expect(await page.locator('.popup-list .link').count()).toBe(3)
    expect(findOverlaps(await readBoxes(page, '.place-name bdi'))).toEqual([])
    expect(await findBarriers(page)).toEqual([])
    await page.locator('.popup-list .link').first().click()
    await page.waitForURL(/record=ucdp-ged/)
  })

  it('records without coordinates are counted below the map', async () => {
    // An invented incident in the columns of Iraq Body Count, which have no coordinates.
    const row = {
      'IBC code': 'z99999',
      'Start Date': '2 Jan 2017',
      'End Date': '2 Jan 2017',
      Time: '',
      Location: 'Mosul',
      Target: '',
      Weapons: '',
      'Reported Minimum': '7',
      'Reported Maximum': '9',
      Sources: 'AAA 2 Jan',
    }
    const input = Buffer.from(`${Object.keys(row).join()}\n${Object.values(row).join()}\n`)
    const { code, stderr } = await runIncidents(['import', '-'], {
      env: { DATABASE_URL: `sqlite:${service.path}` },
      input,
    })
    expect(code, stderr).toBe(0)
    const { page } = await visit()
    await page.goto(`${service.origin}/?date_from=2017-01-01&date_to=2017-01-31`)
    await page.getByText('1 record without coordinates').waitFor()
  })
})
