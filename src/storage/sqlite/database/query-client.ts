import { type ErrorCode, type ParameterIssue, ServiceError } from '../../../errors.ts'
import type { AnswerOf, QueryTask, QuestionOf } from '../workers/query-tasks.ts'
import { Thread } from './worker-thread.ts'

/** What the thread is asked. */
export interface QueryRequest {
  id: number
  task: QueryTask
  question: unknown
}

/** What it answers. */
export interface QueryReply {
  id: number
  answer?: unknown
  failure?: { message: string; code?: ErrorCode; issues?: readonly ParameterIssue[] }
}

/** Questions that may wait for their turn; later ones are turned away. */
const MAX_QUEUED = 32

/**
 * Asks a thread of its own, one question after the other: what reads many records keeps no other request
 * waiting. It starts with the first question.
 */
export class QueryClient {
  #last = 0
  readonly #waiting = new Map<
    number,
    { resolve: (answer: never) => void; reject: (cause: unknown) => void }
  >()
  readonly #thread: Thread<QueryRequest, QueryReply>

  constructor(path: string) {
    this.#thread = new Thread('query-worker', path, {
      reply: ({ id, answer, failure }) => {
        const asked = this.#waiting.get(id)
        this.#waiting.delete(id)
        if (this.#waiting.size === 0) this.#thread.rest()
        if (failure) asked?.reject(rebuilt(failure))
        else asked?.resolve(answer as never)
      },
      fail: (cause) => {
        for (const { reject } of this.#waiting.values()) reject(cause)
        this.#waiting.clear()
      },
    })
  }

  /**
   * The answer to a question.
   * @throws ServiceError overloaded when too many are waiting already, or what the task throws
   */
  async ask<T extends QueryTask>(task: T, question: QuestionOf<T>): Promise<AnswerOf<T>> {
    if (this.#waiting.size >= MAX_QUEUED)
      throw new ServiceError('overloaded', 'Too many sums are being made: ask again in a few seconds.', {
        headers: { 'retry-after': '5' },
      })
    this.#last += 1
    const request: QueryRequest = { id: this.#last, task, question }
    const answer = new Promise<AnswerOf<T>>((resolve, reject) =>
      this.#waiting.set(request.id, { resolve, reject }),
    )
    this.#thread.ask(request)
    return answer
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}

function rebuilt({ message, code, issues = [] }: NonNullable<QueryReply['failure']>): Error {
  return code ? new ServiceError(code, message, { issues }) : new Error(message)
}
