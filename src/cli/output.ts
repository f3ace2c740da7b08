import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, realpathSync, type Stats, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { OperatorError } from '../errors.ts'

/** The destination of a command's output. */
export interface Output {
  /** Its name in messages. */
  name: string
  isTerminal: boolean
  /**
   * Writes the parts as they come; false when the reader closed the pipe before the end.
   * @throws OperatorError when they cannot be written
   */
  write(parts: AsyncIterable<string | Uint8Array>): Promise<boolean>
}

/** Writes to standard output. A reader that closes the pipe early, such as `head`, is not a failure. */
export function standardOutput(): Output {
  const name = 'standard output'
  return {
    name,
    isTerminal: process.stdout.isTTY,
    async write(parts) {
      // Writes in progress when the reader closes the pipe fail again, after the pipeline was rejected.
      process.stdout.on('error', () => {})
      try {
        await pipeline(parts, process.stdout, { end: false })
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false
        throw explainError(name, error)
      }
    },
  }
}

/**
 * Writes to a file, whole or not at all: it is renamed into place when it is complete.
 * @throws OperatorError when the name is taken, unless by a regular file that may be replaced
 */
export function fileOutput(path: string, { replace }: { replace: boolean }): Output {
  const present = statOf(path)
  if (present && !present.isFile())
    throw new OperatorError(`${path} is not a regular file: give another name, or none for standard output`)
  if (present && !replace)
    throw new OperatorError(`${path} exists already: give another name, or --force to replace it`)
  // A symbolic link is kept: its target is replaced.
  const target = present ? realpathSync(path) : resolve(path)
  const folder = dirname(target)
  if (!existsSync(folder)) throw new OperatorError(`There is no folder ${folder}: create it first`)
  return {
    name: path,
    isTerminal: false,
    async write(parts) {
      const temporary = join(folder, `.incidents-${randomUUID()}.part`)
      const interruption = new AbortController()
      const interrupt = () => interruption.abort()
      for (const signal of SIGNALS) process.once(signal, interrupt)
      try {
        const file = createWriteStream(temporary, { flags: 'wx', flush: true })
        await pipeline(parts, file, { signal: interruption.signal })
        await rename(temporary, target)
        return true
      } catch (error) {
        if (interruption.signal.aborted) throw new OperatorError(`${path} was not written: interrupted`)
        throw explainError(path, error)
      } finally {
        await rm(temporary, { force: true })
        for (const signal of SIGNALS) process.off(signal, interrupt)
      }
    },
  }
}

/** Signals that end a command; a partially written file must not be left behind. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw explainError(path, error)
  }
}

/** Wraps an error of the file system for the operator; any other error is returned as it is. */
function explainError(name: string, error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException
  return syscall ? new OperatorError(`${name} cannot be written: ${message}`, { cause: error }) : error
}
