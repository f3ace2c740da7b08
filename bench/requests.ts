import { sendAll } from './load.ts'
import type { Server } from './processes.ts'
import { createRandom, mean } from './statistics.ts'
import { COUNTRIES, WORDS } from './ucdp-file.ts'

/** Records per page. */
export const PAGE = 50

/**
 * Fetches JSON.
 * @throws Error when the status is not 2xx
 */
export async function fetchJson<T>({ port }: Pick<Server, 'port'>, path: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  if (!response.ok) throw new Error(`${path} responds ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

/** Fetches the ids of at most `count` places with the most records, each with more than one page. */
export async function fetchLargestPlaces(server: Server, count = 400): Promise<string[]> {
  type Facets = { data: { values: { value: string; records: number }[] }[] }
  const { data } = await fetchJson<Facets>(server, `/v1/facets?fields=city&limit=${count}`)
  return (data[0]?.values ?? []).filter(({ records }) => records > PAGE).map(({ value }) => value)
}

/** The path of the first page of one place's records. */
export function pagePath(place: string): string {
  return `/v1/incidents?place=${encodeURIComponent(place)}&limit=${PAGE}`
}

/** Mean size of the responses' bodies, in bytes. */
export async function measureMeanSize(server: Server, paths: readonly string[]): Promise<number> {
  return mean((await sendAll({ port: server.port, paths })).map(({ bytes }) => bytes))
}

/** Fetches the first hundred paths and returns the body whose length is nearest to the mean. */
export async function fetchTypicalBody({ port }: Server, paths: readonly string[]): Promise<string> {
  const texts: string[] = []
  for (const path of paths.slice(0, 100))
    texts.push(await (await fetch(`http://127.0.0.1:${port}${path}`)).text())
  const middle = mean(texts.map(({ length }) => length))
  const distances = texts.map(({ length }) => Math.abs(length - middle))
  return texts[distances.indexOf(Math.min(...distances))] ?? ''
}

/**
 * Checks that two servers return the same records: the dates of a page must be equal, one by one.
 * @throws Error when they are not
 */
export async function expectSameDates(
  [ours, ourPath]: readonly [Server, string],
  [theirs, theirPath]: readonly [Server, string],
): Promise<void> {
  const [a, b] = await Promise.all([fetchDates(ours, ourPath), fetchDates(theirs, theirPath)])
  if (a.join() !== b.join())
    throw new Error(`${ourPath} and ${theirPath} do not return the same records: ${a.length}, ${b.length}`)
}

async function fetchDates(server: Server, path: string): Promise<string[]> {
  const text = JSON.stringify(await fetchJson(server, path))
  return [...text.matchAll(/"date_start":"([^"]*)"/g)].slice(0, PAGE).map(([, date = '']) => date)
}

/** Ids of random records, the same in every run. */
export function sampleIds(records: number, count = 2000): string[] {
  const random = createRandom(7)
  return Array.from({ length: count }, () => `ucdp-ged:${100_000 + Math.floor(random() * (records - 10))}`)
}

/** Boxes (west, south, east, north) 0.2 to 20 degrees wide, three quarters of them near records. */
export function sampleBoxes(count = 400): number[][] {
  const random = createRandom(11)
  return Array.from({ length: count }, () => {
    const [, , , south, west] = COUNTRIES[Math.floor(random() * COUNTRIES.length)] ?? COUNTRIES[0]
    const isNearRecords = random() < 0.75
    const latitude = isNearRecords ? south + random() * 6 : random() * 120 - 60
    const longitude = isNearRecords ? west + random() * 6 : random() * 320 - 160
    const half = 0.1 * 100 ** random()
    return [longitude - half, latitude - half, longitude + half, latitude + half].map((edge) =>
      Number(edge.toFixed(4)),
    )
  })
}

/** Search terms that match thousands of records. */
export const COMMON_WORDS: readonly string[] = WORDS.latin.filter((word) => word.length > 4)
