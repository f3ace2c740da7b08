import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest'

/** Debian's Chromium by default. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
/** Whether a browser is installed; tests of pages are skipped without one. */
export const hasBrowser = existsSync(CHROMIUM)
if (!hasBrowser)
  console.warn(`The tests of the pages are skipped: no browser at ${CHROMIUM}. Set CHROMIUM_PATH to one.`)

/** Limit of every wait for a state of the page, in milliseconds, with a margin for machines under load. */
export const WAIT_LIMIT = 30_000

/** Turns off background activity of the browser. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A page and its problems so far. */
interface Visit {
  page: Page
  /** Errors in the console, exceptions, requests that failed or left the service, and violations of the content security policy. */
  readProblems(): Promise<string[]>
}

/**
 * Launches a browser for the tests around it; returns a function that opens an empty page in a new context.
 * @param getBase where the service is: its origin, and the base path if there is one
 */
export function launchBrowser(getBase: () => string): (options?: BrowserContextOptions) => Promise<Visit> {
  vi.setConfig({ testTimeout: 6 * WAIT_LIMIT, hookTimeout: 6 * WAIT_LIMIT })
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  })
  afterAll(() => browser?.close())

  return async (options = {}) => {
    const base = new URL(getBase())
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options })
    onTestFinished(() => context.close())
    context.setDefaultTimeout(WAIT_LIMIT)
    const problems: string[] = []
    context.on('request', (request) => {
      const { protocol, origin, pathname } = new URL(request.url())
      const isOwn = origin === base.origin && pathname.startsWith(base.pathname)
      if (!['data:', 'blob:'].includes(protocol) && !isOwn)
        problems.push(`request to another server or path: ${request.url()}`)
    })
    context.on('requestfailed', (request) => {
      // The explorer aborts a request when a newer one replaces it.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') problems.push(`failed: ${request.url()}`)
    })
    context.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`)
    })
    await context.addInitScript(`
      globalThis.policyViolations = []
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        policyViolations.push(violatedDirective + ' forbids ' + blockedURI))
    `)
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => problems.push(`exception: ${error.message}`))
    return {
      page,
      readProblems: async () => [...problems, ...((await page.evaluate('policyViolations')) as string[])],
    }
  }
}
