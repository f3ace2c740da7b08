import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { createUcdpDatabase } from './database.ts'
import { ORIGIN, readSections } from './pages.ts'
import { setUpServers } from './process.ts'

export const RECIPE_PAGE = 'docs/clients.md'

/** What every recipe prints over the seed and UCDP's files of Iraq and Bangladesh, as the page says. */
export const RECIPE_OUTPUT = '8077 122039 2018-12-30 1'

const sections = readSections(RECIPE_PAGE)

/** The headings of the recipes. */
export const RECIPES = [...sections.keys()]

/** Returns the code of a recipe for a service elsewhere. */
export function readRecipe(heading: string, origin: string): string {
  const blocks = sections.get(heading) ?? []
  return blocks.map(({ content }) => content.replaceAll(ORIGIN, origin)).join('\n')
}

/** Starts a server on an address of its own; returns its origin. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sets up a server with the records that the recipes read, for the tests of one file. */
export function setUpRecipeServer() {
  const servers = setUpServers()
  const origins = {
    origin: '',
    /** Breaks off every response after a line in its middle, where programs that read lines may notice nothing. */
    breakingOrigin: '',
  }
  const breaking = createServer(async ({ url }, response) => {
    const upstream = await fetch(`${origins.origin}${url}`)
    const body = Buffer.from(await upstream.arrayBuffer())
    const headers = ['content-type', 'etag', 'access-control-allow-origin']
    for (const name of headers) response.setHeader(name, upstream.headers.get(name) ?? '')
    response.writeHead(upstream.status)
    response.write(body.subarray(0, body.lastIndexOf('\n', body.length / 2) + 1), () =>
      response.socket?.end(),
    )
  })
  beforeAll(async () => {
    const path = servers.newPath()
    copyFileSync(await createUcdpDatabase('iraq', 'bangladesh'), path)
    origins.origin = (await servers.serve(path)).origin
    origins.breakingOrigin = await listen(breaking)
  })
  afterAll(() => breaking.close())
  return origins
}
