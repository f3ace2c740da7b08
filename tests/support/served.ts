/** A record as a server gives it. */
export interface ServedIncident {
  id: string
  title: string | null
  fatalities: { low: number; best: number; high: number | null }
  original: Record<string, string> | null
  updated_at: string
}

/** Everything that a server says of its database. */
export interface Served {
  /** Every incident whole, with its claims, sources and row of the file, by id. */
  incidents: Record<string, ServedIncident>
  /** The items of the other lists. */
  lists: Record<'actors' | 'datasets' | 'places' | 'sources' | 'tolls', unknown[]>
}

/** Records that are asked for at a time. */
const AT_ONCE = 20

/** Reads everything that a server has, through its API. */
export async function servedBy(origin: string): Promise<Served> {
  const listing = await textOf(`${origin}/v1/incidents?format=ndjson&fields=id`)
  const ids = listing
    .split('\n')
    .filter(Boolean)
    .map((line): string => JSON.parse(line).id)
  const incidents: [string, ServedIncident][] = []
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE).map(async (id): Promise<[string, ServedIncident]> => {
      return [id, await jsonOf(`${origin}/v1/incidents/${encodeURIComponent(id)}`)]
    })
    incidents.push(...(await Promise.all(some)))
  }
  const [actors = [], places = [], sources = [], tolls = []] = await Promise.all(
    ['actors', 'places', 'sources', 'tolls'].map((list) => itemsOf(origin, `/v1/${list}?limit=1000`)),
  )
  const datasets = await itemsOf(origin, '/v1/datasets')
  return { incidents: Object.fromEntries(incidents), lists: { actors, datasets, places, sources, tolls } }
}

/** The body of an answer, which must be 200. */
export async function textOf(url: string): Promise<string> {
  const response = await fetch(url)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${url} is answered ${response.status}: ${text}`)
  return text
}

async function itemsOf(origin: string, path: string): Promise<unknown[]> {
  const items: unknown[] = []
  for (let next: string | null = path; next !== null; ) {
    const { data, links } = await jsonOf(`${origin}${next}`)
    items.push(...data)
    next = links?.next ?? null
  }
  return items
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
async function jsonOf(url: string): Promise<any> {
  return JSON.parse(await textOf(url))
}
