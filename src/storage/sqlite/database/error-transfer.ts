import { type ErrorCode, OperatorError, type ParameterIssue, ServiceError } from '../../../errors.ts'

/** An error as a message between threads: the structured clone of an error loses its class, code and issues. */
export interface SerializedError {
  name: string
  message: string
  stack?: string
  /** Of a ServiceError its code; of SQLite and Node.js theirs. */
  code?: string
  issues?: readonly ParameterIssue[]
  headers?: Readonly<Record<string, string>>
  cause?: SerializedError
}

/** Turns whatever was thrown into a message. */
export function serializeError(thrown: unknown): SerializedError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) }
  const { name, message, stack, cause } = thrown
  const { code } = thrown as { code?: unknown }
  const options = thrown instanceof ServiceError ? thrown.options : {}
  return {
    ...{ name, message },
    ...(stack !== undefined && { stack }),
    ...(typeof code === 'string' && { code }),
    ...(options.issues && { issues: options.issues }),
    ...(options.headers && { headers: options.headers }),
    ...(cause !== undefined && { cause: serializeError(cause) }),
  }
}

/** Rebuilds an error from its message, of the class that it had where that is one of ours, with the stack of its thread. */
export function deserializeError({ stack, ...serialized }: SerializedError): Error {
  const error = rebuild(serialized)
  if (stack !== undefined) error.stack = stack
  return error
}

function rebuild({ name, message, code, issues, headers, cause }: SerializedError): Error {
  const options = cause ? { cause: deserializeError(cause) } : {}
  if (name === 'ServiceError')
    return new ServiceError(code as ErrorCode, message, {
      ...options,
      ...(issues && { issues }),
      ...(headers && { headers }),
    })
  if (name === 'OperatorError') return new OperatorError(message, options)
  return Object.assign(new Error(message, options), { name, ...(code !== undefined && { code }) })
}
