import { parentPort } from 'node:worker_threads'
import { serializeError } from './error-transfer.ts'
import type { Task, TaskReply, TaskRequest } from './worker-thread.ts'

/**
 * Handles, within a thread, the requests made with `WorkerThread`.
 * @param tasks what to do for each kind of request
 * @param transfer the buffers of a result that are handed over instead of copied
 */
export function handleTasks<Tasks extends Record<keyof Tasks, Task>>(
  tasks: Tasks,
  transfer: (result: ReturnType<Tasks[keyof Tasks]>) => ArrayBuffer[] = () => [],
): void {
  parentPort?.on('message', ({ id, task, request }: TaskRequest) => {
    let reply: TaskReply
    let buffers: ArrayBuffer[] = []
    try {
      const result = tasks[task as keyof Tasks](request as never) as ReturnType<Tasks[keyof Tasks]>
      reply = { id, result }
      buffers = transfer(result)
    } catch (error) {
      reply = { id, error: serializeError(error) }
    }
    parentPort?.postMessage(reply, buffers)
  })
}
