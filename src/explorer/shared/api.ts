import { useEffect, useState } from 'preact/hooks'

/** Why an answer could not be had. */
export interface Failure {
  /** What the API says is wrong; null where it could not be reached. */
  detail: string | null
  status: number
}

/** A question to the API on its way to an answer. */
export interface Asked<T> {
  /** The last answer; stays while another is on its way. */
  answer: T | null
  failure: Failure | null
  isWaiting: boolean
}

/** The last answer, or why there is none, and to which question. */
type Answered<T> = Pick<Asked<T>, 'answer' | 'failure'> & { question: string | null }

const UNANSWERED = { answer: null, failure: null, question: null }

/** Asks every question of the page again that has failed. */
export function askAgain(): void {
  dispatchEvent(new Event(AGAIN))
}

const AGAIN = 'ask-again'

/** Asks the API whenever the path changes; null asks nothing. Of several questions only the last one counts. */
export function useApi<T>(
  path: string | null,
  read: (response: Response) => Promise<T> = readJson,
): Asked<T> {
  const [state, setState] = useState<Answered<T>>(UNANSWERED)
  const [attempt, setAttempt] = useState(0)
  const question = path === null ? null : `${attempt} ${path}`

  useEffect(() => {
    if (path === null || question === null) return setState(UNANSWERED)
    const controller = new AbortController()
    ask(path, read, controller.signal).then((told) => {
      if (controller.signal.aborted) return
      setState((before) => ({ answer: before.answer, failure: null, ...told, question }))
    })
    return () => controller.abort()
  }, [question])

  const { failure } = state
  useEffect(() => {
    if (!failure) return
    const events = failure.status === 0 ? [AGAIN, 'online'] : [AGAIN]
    const again = () => setAttempt((count) => count + 1)
    for (const event of events) addEventListener(event, again)
    return () => {
      for (const event of events) removeEventListener(event, again)
    }
  }, [failure])
  return { ...state, isWaiting: question !== state.question }
}

/** Reads an answer of one JSON object a line. */
export async function readLines<T>(response: Response): Promise<T[]> {
  const text = await response.text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

async function readJson<T>(response: Response): Promise<T> {
  return (await response.json()) as T
}

/** An answer, or why there is none. */
async function ask<T>(
  path: string,
  read: (response: Response) => Promise<T>,
  signal: AbortSignal,
): Promise<{ answer: T } | { failure: Failure }> {
  try {
    const response = await fetch(path, { signal })
    if (response.ok) return { answer: await read(response) }
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: string }
    return { failure: { detail: detail ?? response.statusText, status: response.status } }
  } catch {
    return { failure: { detail: null, status: 0 } }
  }
}
