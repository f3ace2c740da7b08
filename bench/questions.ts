import { askAll } from './load.ts'
import type { Server } from './processes.ts'
import { mean, numbers } from './statistics.ts'
import { COUNTRIES, WORDS } from './ucdp-file.ts'

/** Records of a page. */
export const PAGE = 50

/**
 * Fetches JSON.
 * @throws Error when the answer is not 200
 */
export async function fetchJson<T>({ port }: Pick<Server, 'port'>, path: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

/** The places with most records, so that each fills a page. */
export async function places(server: Server, count = 400): Promise<string[]> {
  type Facets = { data: { values: { value: string; records: number }[] }[] }
  const { data } = await fetchJson<Facets>(server, `/v1/facets?fields=city&limit=${count}`)
  return (data[0]?.values ?? []).filter(({ records }) => records > PAGE).map(({ value }) => value)
}

/** A page of one place's records, newest first. */
export function pageOf(place: string): string {
  return `/v1/incidents?place=${encodeURIComponent(place)}&limit=${PAGE}`
}

/** Mean size of the bodies of all the answers, in bytes. */
export async function meanSize(server: Server, paths: readonly string[]): Promise<number> {
  return mean((await askAll({ port: server.port, paths })).map(({ bytes }) => bytes))
}

/** Of the answers, or the first hundred of them, the one whose size is nearest to their mean. */
export async function typicalAnswer({ port }: Server, paths: readonly string[]): Promise<string> {
  const texts: string[] = []
  for (const path of paths.slice(0, 100))
    texts.push(await (await fetch(`http://127.0.0.1:${port}${path}`)).text())
  const middle = mean(texts.map(({ length }) => length))
  const distances = texts.map(({ length }) => Math.abs(length - middle))
  return texts[distances.indexOf(Math.min(...distances))] ?? ''
}

/**
 * Refuses a comparison in which the other side does not give the same records: the dates of a page must be the same,
 * one by one.
 */
export async function expectSameDates(
  [ours, ourPath]: readonly [Server, string],
  [theirs, theirPath]: readonly [Server, string],
): Promise<void> {
  const [a, b] = await Promise.all([dates(ours, ourPath), dates(theirs, theirPath)])
  if (a.join() !== b.join())
    throw new Error(`${ourPath} and ${theirPath} do not give the same records: ${a.length}, ${b.length}`)
}

async function dates(server: Server, path: string): Promise<string[]> {
  const text = JSON.stringify(await fetchJson(server, path))
  return [...text.matchAll(/"date_start":"([^"]*)"/g)].slice(0, PAGE).map(([, date = '']) => date)
}

/** Ids of records all over the file. */
export function ids(records: number, count = 2000): string[] {
  const random = numbers(7)
  return Array.from({ length: count }, () => `ucdp-ged:${100_000 + Math.floor(random() * (records - 10))}`)
}

/** West, south, east, north: from 0.2 to 20 degrees wide, most of them where records are. */
export function boxes(count = 400): number[][] {
  const random = numbers(11)
  return Array.from({ length: count }, () => {
    const [, , , south, west] = COUNTRIES[Math.floor(random() * COUNTRIES.length)] ?? COUNTRIES[0]
    const isSettled = random() < 0.75
    const latitude = isSettled ? south + random() * 6 : random() * 120 - 60
    const longitude = isSettled ? west + random() * 6 : random() * 320 - 160
    const half = 0.1 * 100 ** random()
    return [longitude - half, latitude - half, longitude + half, latitude + half].map((edge) =>
      Number(edge.toFixed(4)),
    )
  })
}

/** Words of thousands of records. */
export const COMMON_WORDS: readonly string[] = WORDS.latin.filter((word) => word.length > 4)
