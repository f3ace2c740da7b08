import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { textOf } from './served.ts'

/** Requests by which a state of a data set is known from another. */
const REQUESTS = {
  list: '/v1/incidents?dataset=ucdp-ged&limit=100&sort=-deaths&fields=id,fatalities.high',
  record: '/v1/incidents/ucdp-ged:100005',
  count: '/v1/datasets',
  stream: '/v1/incidents?dataset=ucdp-ged&format=ndjson&fields=id,title,fatalities.high',
} as const

/** Between one request and the next, in milliseconds: readers are many, but leave the machine to others too. */
const PAUSE = 50

/** The answers to all requests, shortened to what tells states apart. */
export type Answers = Record<keyof typeof REQUESTS, string>

/** Asks a server one thing. */
export async function ask(origin: string, request: keyof typeof REQUESTS): Promise<string> {
  const text = await textOf(`${origin}${REQUESTS[request]}`)
  if (request === 'stream') return createHash('sha256').update(text).digest('hex')
  const body = JSON.parse(text)
  if (request === 'record') return JSON.stringify(body.fatalities)
  if (request === 'list') return JSON.stringify(body.data)
  return String(body.data.find(({ id }: { id: string }) => id === 'ucdp-ged')?.incidents)
}

/** Asks a server everything. */
export async function askAll(origin: string): Promise<Answers> {
  const answers: Partial<Answers> = {}
  for (const request of Object.keys(REQUESTS) as (keyof Answers)[])
    answers[request] = await ask(origin, request)
  return answers as Answers
}

/** Every incident of a data set, whole but for the moment of its last change. */
export async function wholeState(origin: string): Promise<string> {
  const text = await textOf(`${origin}/v1/incidents?dataset=ucdp-ged&format=ndjson`)
  return createHash('sha256')
    .update(text.replace(/"updated_at":"[^"]*"/g, ''))
    .digest('hex')
}

/** What readers are answered in each state, by its name. */
export type States<Name extends string> = Partial<Record<Name, Answers>>

/** What one answer was, and when it was asked for. */
export interface Observation {
  at: number
  request: keyof Answers
  /** The name of the state that the answer is of; else what was wrong. */
  state: string
}

/** Reads a server in a loop until it is told to stop, and notes of which state every answer is. */
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

  /** Waits until everything has been asked so many times more. */
  async rounds(count: number): Promise<void> {
    const wanted = this.#rounds + count
    while (this.#rounds < wanted) await setTimeout(10)
  }

  async stop(): Promise<void> {
    this.#isDone = true
    await this.#loop
  }

  async #read(): Promise<void> {
    for (; !this.#isDone; this.#rounds += 1) {
      for (const request of Object.keys(REQUESTS) as (keyof Answers)[]) {
        this.observations.push({ at: performance.now(), request, state: await this.#ask(request) })
        await setTimeout(PAUSE)
      }
    }
  }

  async #ask(request: keyof Answers): Promise<string> {
    try {
      const answer = await ask(this.origin, request)
      const known = Object.entries<Answers | undefined>(this.states)
      const [name] = known.find(([, answers]) => answers?.[request] === answer) ?? []
      return name ?? `no state: ${answer.slice(0, 200)}`
    } catch (error) {
      return `no answer: ${error}`
    }
  }
}
