import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fetchText } from './served.ts'

/** Requests whose responses differ between states of a data set. */
const REQUESTS = {
  list: '/v1/incidents?dataset=ucdp-ged&limit=100&sort=-deaths&fields=id,fatalities.high',
  record: '/v1/incidents/ucdp-ged:100005',
  count: '/v1/datasets',
  stream: '/v1/incidents?dataset=ucdp-ged&format=ndjson&fields=id,title,fatalities.high',
} as const

/** Pause between requests in milliseconds, so that readers do not take the whole machine. */
const PAUSE_MS = 50

/** The responses to all requests, reduced to what differs between states. */
export type Responses = Record<keyof typeof REQUESTS, string>

/** Sends one request to a server; returns the reduced response. */
export async function readResponse(origin: string, request: keyof typeof REQUESTS): Promise<string> {
  const text = await fetchText(`${origin}${REQUESTS[request]}`)
  if (request === 'stream') return createHash('sha256').update(text).digest('hex')
  const body = JSON.parse(text)
  if (request === 'record') return JSON.stringify(body.fatalities)
  if (request === 'list') return JSON.stringify(body.data)
  return String(body.data.find(({ id }: { id: string }) => id === 'ucdp-ged')?.incidents)
}

/** Sends all requests to a server. */
export async function readResponses(origin: string): Promise<Responses> {
  const responses: Partial<Responses> = {}
  for (const request of Object.keys(REQUESTS) as (keyof Responses)[])
    responses[request] = await readResponse(origin, request)
  return responses as Responses
}

/** Computes a digest of every incident of the data set, without the time of its last change. */
export async function digestIncidents(origin: string): Promise<string> {
  const text = await fetchText(`${origin}/v1/incidents?dataset=ucdp-ged&format=ndjson`)
  return createHash('sha256')
    .update(text.replace(/"updated_at":"[^"]*"/g, ''))
    .digest('hex')
}

/** The responses in each state, by its name. */
export type States<Name extends string> = Partial<Record<Name, Responses>>

/** The state of one response, and when it was requested. */
export interface Observation {
  at: number
  request: keyof Responses
  /** The name of the state that the response is of, or a description of the error. */
  state: string
}

/** Sends requests to a server in a loop until it is stopped, and records the state of every response. */
export class Reader<Name extends string> {
  readonly observations: Observation[] = []
  #rounds = 0
  #isDone = false
  readonly #loop: Promise<void>

  constructor(
    private readonly origin: string,
    private readonly states: States<Name>,
  ) {
    this.#loop = this.#read()
  }

  /** Waits until all requests have been sent this number of times more. */
  async waitForRounds(count: number): Promise<void> {
    const target = this.#rounds + count
    while (this.#rounds < target) await setTimeout(10)
  }

  async stop(): Promise<void> {
    this.#isDone = true
    await this.#loop
  }

  async #read(): Promise<void> {
    for (; !this.#isDone; this.#rounds += 1) {
      for (const request of Object.keys(REQUESTS) as (keyof Responses)[]) {
        this.observations.push({ at: performance.now(), request, state: await this.#readState(request) })
        await setTimeout(PAUSE_MS)
      }
    }
  }

  async #readState(request: keyof Responses): Promise<string> {
    try {
      const response = await readResponse(this.origin, request)
      const known = Object.entries<Responses | undefined>(this.states)
      const [name] = known.find(([, responses]) => responses?.[request] === response) ?? []
      return name ?? `unknown state: ${response.slice(0, 200)}`
    } catch (error) {
      return `no response: ${error}`
    }
  }
}
