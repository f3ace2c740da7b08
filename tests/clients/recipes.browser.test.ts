import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, launchBrowser } from '../support/browser.ts'
import { listen, RECIPE_OUTPUT, readRecipe, setUpRecipeServer } from '../support/recipes.ts'

const require = createRequire(import.meta.url)

/** The files that the page loads, as Leaflet's package has them. */
const FILES: Record<string, string> = {
  '/leaflet.js': readFileSync(require.resolve('leaflet'), 'utf8'),
  '/leaflet.css': readFileSync(require.resolve('leaflet/dist/leaflet.css'), 'utf8'),
}
const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css' }

/** Finds a point of the page just inside a drawn circle, below its highest pixel; null before one is drawn. */
const FIND_CIRCLE = `(() => {
  const canvas = document.querySelector('canvas')
  if (!canvas) return null
  const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const { left, top, width: shown } = canvas.getBoundingClientRect()
  for (let index = 3; index < data.length; index += 4) {
    const [x, y] = [((index - 3) / 4) % width, Math.floor((index - 3) / 4 / width)]
    const point = { x: left + (x * shown) / width, y: top + (y * shown) / width + 2 }
    if (data[index] > 200 && point.x > 100 && point.y > 100) return point
  }
  return null
})()`

describe.skipIf(!hasBrowser)('the recipe for Leaflet, in a page of another origin', () => {
  const origins = setUpRecipeServer()
  const site = createServer(({ url = '' }, response) => {
    const content = FILES[url] ?? readRecipe('Leaflet', url === '/' ? origins.origin : origins.breakingOrigin)
    response.setHeader('content-type', TYPES[url.split('.')[1] ?? ''] ?? 'text/html')
    response.end(content)
  })
  let siteOrigin: string
  beforeAll(async () => {
    siteOrigin = await listen(site)
  })
  afterAll(() => site.close())
  const open = launchBrowser(() => siteOrigin)

  test('draws the records, and opens one', async () => {
    const { page } = await open()
    const output = page.waitForEvent('console', { predicate: (message) => message.type() === 'log' })
    await page.goto(siteOrigin)
    expect((await output).text()).toBe(RECIPE_OUTPUT)
    const { x, y } = (await (await page.waitForFunction(FIND_CIRCLE)).jsonValue()) as {
      x: number
      y: number
    }
    await page.mouse.click(x, y)
    const popup = page.locator('.leaflet-popup-content')
    expect(await popup.textContent()).toMatch(/^.+, \d{4}-\d\d-\d\d: \d+ killed$/)
  })

  test('fails where the transfer breaks off', async () => {
    const { page } = await open()
    const error = page.waitForEvent('pageerror')
    await page.goto(`${siteOrigin}/broken`)
    expect(String(await error)).toContain('TypeError')
  })
})
