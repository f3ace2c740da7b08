import { parentPort } from 'node:worker_threads'
import { serializeError } from './error-transfer.ts'
import type { Task, TaskReply, TaskRequest } from './worker-thread.ts'

/**
 * Handles, within a thread, the requests made with `WorkerThread`: one after the other, in the order in which they came.
 * @param tasks what to do for each kind of request
 * @param transfer the buffers of a result that are handed over instead of copied
 */
export function handleTasks<Tasks extends Record<keyof Tasks, Task>>(
  tasks: TaskHandlers<Tasks>,
  transfer: (result: ReturnType<Tasks[keyof Tasks]>) => ArrayBuffer[] = () => [],
): void {
  const handle = async ({ id, task, request }: TaskRequest): Promise<void> => {
    let reply: TaskReply
    let buffers: ArrayBuffer[] = []
    try {
      const result = await tasks[task as keyof Tasks](request as never)
      reply = { id, result }
      buffers = transfer(result)
    } catch (error) {
      reply = { id, error: serializeError(error) }
    }
    parentPort?.postMessage(reply, buffers)
  }
  let last = Promise.resolve()
  parentPort?.on('message', (request: TaskRequest) => {
    last = last.then(() => handle(request))
  })
}

/** The functions of tasks, each of which may be asynchronous. */
type TaskHandlers<Tasks extends Record<keyof Tasks, Task>> = {
  [K in keyof Tasks]: (
    request: Parameters<Tasks[K]>[0],
  ) => ReturnType<Tasks[K]> | Promise<ReturnType<Tasks[K]>>
}
