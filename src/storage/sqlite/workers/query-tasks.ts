import type { Connection } from '../database/connection.ts'
import { countMatching } from '../stats/count.ts'
import { countFacets } from '../stats/facets.ts'
import { queryStats } from '../stats/stats-query.ts'

/** Questions that may read many records: a thread of their own answers them. */
export const QUERY_TASKS = {
  stats: queryStats,
  facets: countFacets,
  total: countMatching,
} as const satisfies Record<string, (connection: Connection, question: never) => unknown>

/** The name of a task. */
export type QueryTask = keyof typeof QUERY_TASKS
/** What a task is asked. */
export type QuestionOf<T extends QueryTask> = Parameters<(typeof QUERY_TASKS)[T]>[1]
/** What a task answers. */
export type AnswerOf<T extends QueryTask> = ReturnType<(typeof QUERY_TASKS)[T]>
