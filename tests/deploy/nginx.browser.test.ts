import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, launchBrowser, WAIT_LIMIT } from '../support/browser.ts'
import { NGINX, OPENSSL, PREFIX, type RunningProxy, startNginx } from '../support/proxies.ts'
import { buildBatch, sampleIncidents } from '../support/records.ts'
import { type Service, startService } from '../support/service.ts'

/** More than the explorer shows on a page. */
const RECORDS = 120

describe.skipIf(!hasBrowser || NGINX === null).each([
  ['with TLS, as shipped', { tls: true }],
  ['without TLS that strips the base path', { tls: false, strips: true }],
] as const)('in a browser behind nginx %s', (_, options) => {
  describe.skipIf(options.tls && OPENSSL === null)('below /conflict/', () => {
    let [service, proxy]: [Service?, RunningProxy?] = []
    let base: string
    beforeAll(async () => {
      const batch = buildBatch(sampleIncidents(RECORDS))
      service = await startService({ batch, config: { TRUST_PROXY: '127.0.0.1' } })
      proxy = await startNginx(service.origin, options)
      base = `${proxy.origin}${PREFIX}/`
    })
    afterAll(async () => {
      await proxy?.close()
      await service?.close()
    })
    const visit = launchBrowser(() => base)
    const open = () => visit({ ignoreHTTPSErrors: true })

    it('the explorer works and is read page by page', async () => {
      const { page, readProblems } = await open()
      await page.goto(base)
      const rows = page.locator('.records tbody tr')
      const texts = new Set<string>()
      for (const expected of [50, 50, 20]) {
        await expect.poll(() => rows.count(), { timeout: WAIT_LIMIT }).toBe(expected)
        for (const text of await rows.allInnerTexts()) texts.add(text)
        expect(page.url().startsWith(base)).toBe(true)
        if (expected < 50) break
        const before = page.url()
        await page.getByRole('button', { name: 'Next page' }).click()
        await page.waitForURL((url) => url.href !== before && url.searchParams.has('cursor'))
        await page.locator('.page:not(:has([aria-busy="true"]))').waitFor()
      }
      expect(texts.size).toBeGreaterThan(50)
      await page.locator('.map-canvas').waitFor()
      expect(await readProblems()).toEqual([])
    })

    it('links of the explorer lead to the record, the downloads and the documentation', async () => {
      const { page, readProblems } = await open()
      await page.goto(base)
      await page.locator('.records tbody .link').first().click()
      const panel = page.getByRole('complementary', { name: 'Record' })
      await panel.getByText('Cite as').waitFor()
      const links = await page.locator('a[href]').evaluateAll(readLinks)
      const { origin } = new URL(base)
      const paths = links.filter((link) => link.startsWith(`${origin}/`) && !link.includes('#'))
      expect(paths).toEqual(
        expect.arrayContaining([
          `${base}docs`,
          expect.stringContaining(`${base}v1/incidents/`),
          expect.stringContaining(`${base}v1/incidents?format=csv`),
        ]),
      )
      for (const path of paths) {
        expect(path.startsWith(base), path).toBe(true)
        expect((await page.request.get(path)).status(), path).toBe(200)
      }
      const copy = await page.getByRole('button', { name: 'Copy API link' }).getAttribute('title')
      expect(copy).toMatch(new RegExp(`^${base}v1/incidents`))
      await page.getByRole('link', { name: 'Documentation' }).click()
      await page.waitForURL(`${base}docs/`)
      await page.locator('.opblock').first().waitFor()
      expect(await readProblems()).toEqual([])
    })

    it.each(['docs', 'docs/'])('"Try it out" of /%s requests below the base path', async (path) => {
      const { page, readProblems } = await open()
      await page.goto(`${base}${path}`)
      const operation = page.locator('#operations-datasets-listDatasets')
      await operation.getByText('List data sets').click()
      await operation.getByRole('button', { name: 'Execute' }).click()
      const live = operation.locator('.live-responses-table')
      await live.waitFor()
      expect(await operation.locator('.request-url pre').innerText()).toBe(`${base}v1/datasets`)
      expect(await live.locator('.response-col_status').last().innerText()).toMatch(/^200\b/)
      await expect
        .poll(() => live.innerText(), { timeout: WAIT_LIMIT })
        .toContain(`"self": "${PREFIX}/v1/datasets"`)
      expect(await readProblems()).toEqual([])
    })
  })
})

/** Reads the complete URLs of links; runs in the page. */
function readLinks(links: object[]): string[] {
  return (links as { href: string }[]).map(({ href }) => href)
}
