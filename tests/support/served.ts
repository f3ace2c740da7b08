/** A record as a server returns it. */
export interface ServedIncident {
  id: string
  title: string | null
  dyad: { name: string } | null
  fatalities: { low: number; best: number; high: number | null }
  original: Record<string, string> | null
  updated_at: string
}

/** Everything that a server returns of its database. */
export interface ServerState {
  /** Every incident with its claims, sources and original row, by id. */
  incidents: Record<string, ServedIncident>
  /** The items of the other lists. */
  lists: Record<'actors' | 'datasets' | 'places' | 'sources' | 'tolls', unknown[]>
}

/** Number of concurrent requests for records. */
const CONCURRENCY = 20

/** Reads everything that a server has through its API. */
export async function readServerState(origin: string): Promise<ServerState> {
  const listing = await fetchText(`${origin}/v1/incidents?format=ndjson&fields=id`)
  const ids = listing
    .split('\n')
    .filter(Boolean)
    .map((line): string => JSON.parse(line).id)
  const incidents: [string, ServedIncident][] = []
  for (let at = 0; at < ids.length; at += CONCURRENCY) {
    const requests = ids.slice(at, at + CONCURRENCY).map(async (id): Promise<[string, ServedIncident]> => {
      return [id, await fetchJson(`${origin}/v1/incidents/${encodeURIComponent(id)}`)]
    })
    incidents.push(...(await Promise.all(requests)))
  }
  const [actors = [], places = [], sources = [], tolls = []] = await Promise.all(
    ['actors', 'places', 'sources', 'tolls'].map((list) => fetchItems(origin, `/v1/${list}?limit=1000`)),
  )
  const datasets = await fetchItems(origin, '/v1/datasets')
  return { incidents: Object.fromEntries(incidents), lists: { actors, datasets, places, sources, tolls } }
}

/** Fetches a body; the status must be 200. */
export async function fetchText(url: string): Promise<string> {
  const response = await fetch(url)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${url} responds ${response.status}: ${text}`)
  return text
}

async function fetchItems(origin: string, path: string): Promise<unknown[]> {
  const items: unknown[] = []
  for (let next: string | null = path; next !== null; ) {
    const { data, links } = await fetchJson(`${origin}${next}`)
    items.push(...data)
    next = links?.next ?? null
  }
  return items
}

// biome-ignore lint/suspicious/noExplicitAny: responses of any shape
async function fetchJson(url: string): Promise<any> {
  return JSON.parse(await fetchText(url))
}
