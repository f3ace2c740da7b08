import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Row, withServers } from '../bench.ts'
import { NotMeasured, type Server } from '../processes.ts'
import { median } from '../statistics.ts'

/** Wait between two steps, in milliseconds. */
const PAUSE = 300
/** Number of records on the other side. */
const FEW = 10_000

/** Walks through the explorer: loads the page, moves and zooms the map, filters, turns the page, drags along the timeline. */
async function walk(page: Page, { port }: Server): Promise<void> {
  await page.goto(`http://127.0.0.1:${port}/`)
  await waitUntilIdle(page)
  for (const direction of [150, -150, 80]) {
    await drag(page, '.map-canvas', direction)
    await page.locator('.leaflet-control-zoom-in').click()
    await waitUntilIdle(page)
  }
  await page.getByLabel('Killed: from').fill('2')
  await page.keyboard.press('Enter')
  await waitUntilIdle(page)
  await page.getByRole('button', { name: 'Next page' }).click()
  await waitUntilIdle(page)
  await drag(page, '.u-over', 150)
  await waitUntilIdle(page)
}

async function drag(page: Page, selector: string, distance: number): Promise<void> {
  const box = await page.locator(selector).boundingBox()
  if (!box) throw new Error(`There is no ${selector}`)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + distance, y, { steps: 20 })
  await page.mouse.up()
}

async function waitUntilIdle(page: Page): Promise<void> {
  await page.waitForTimeout(PAUSE)
  await page.waitForLoadState('networkidle')
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
}

/** Measures the main-thread time of one walk, in milliseconds. */
async function measureMainThread(browser: Browser, server: Server): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable')
    await walk(page, server)
    const { metrics } = await session.send('Performance.getMetrics')
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
  } finally {
    await context.close()
  }
}

const mainThreadRow: Row = {
  name: 'explorer',
  comparison: `the time of the browser's main thread for a walk through the explorer (map, filter, table, timeline) against the same over ${FEW.toLocaleString('en')} records`,
  target: { atMost: 1.5 },
  unit: 'ms',
  isLeftOutOfQuick: true,
  async measure(bench) {
    const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
    if (!existsSync(executablePath)) throw new NotMeasured(`there is no browser at ${executablePath}`)
    const few = await bench.data.fillDatabase(FEW)
    const starts = [() => bench.startService(), () => bench.startService({ database: few, offset: 1 })]
    return withServers(starts, async (all, some) => {
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
      try {
        bench.log('warming up')
        for (const server of [all, some]) await measureMainThread(browser, server)
        const { ours, theirs, ratios } = await bench.alternate(
          () => measureMainThread(browser, all),
          () => measureMainThread(browser, some),
        )
        return { ratios, figures: `${Math.round(median(ours))} against ${Math.round(median(theirs))} ms` }
      } finally {
        await browser.close()
      }
    })
  },
}

/** Rows on the browser's work. */
export const EXPLORER: readonly Row[] = [mainThreadRow]
