import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'

/** Debian's Chromium, unless told of another one. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
/** Whether there is a browser to try the pages out in. */
export const hasBrowser = existsSync(CHROMIUM)
if (!hasBrowser)
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
export interface Visit {
  page: Page
  /** Errors in the console, exceptions, requests that failed or went elsewhere, breaches of the policy. */
  troubles(): Promise<string[]>
}

/** Opens pages of a service in a browser that lives as long as the tests around it. */
export function visitor(originOf: () => string): (options?: BrowserContextOptions) => Promise<Visit> {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  })
  afterAll(() => browser?.close())

  return async (options = {}) => {
    const origin = originOf()
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options })
    onTestFinished(() => context.close())
    context.setDefaultTimeout(10_000)
    const troubles: string[] = []
    context.on('request', (request) => {
      const { protocol, origin: asked } = new URL(request.url())
      if (!['data:', 'blob:'].includes(protocol) && asked !== origin)
        troubles.push(`asks elsewhere: ${request.url()}`)
    })
    context.on('requestfailed', (request) => {
      // A question that another one took the place of is called off.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') troubles.push(`fails: ${request.url()}`)
    })
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
}
