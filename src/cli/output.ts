import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, realpathSync, type Stats, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { OperatorError } from '../errors.ts'

/** Where a command writes what it makes. */
export interface Output {
  /** What messages call it. */
  name: string
  isTerminal: boolean
  /**
   * Writes the parts as they come; false when the reader went away before the end.
   * @throws OperatorError when they cannot be written
   */
  write(parts: AsyncIterable<string | Uint8Array>): Promise<boolean>
}

/** Standard output. A reader that has seen enough, such as `head`, is no failure. */
export function standardOutput(): Output {
  const name = 'standard output'
  return {
    name,
    isTerminal: process.stdout.isTTY,
    async write(parts) {
      // What is under way when the reader goes fails once more; nobody is left to be told.
      process.stdout.on('error', () => {})
      try {
        await pipeline(parts, process.stdout, { end: false })
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false
        throw explained(name, error)
      }
    },
  }
}

/**
 * A file that is written whole or not at all: it takes its name when it is complete.
 * @throws OperatorError when there is something of that name, unless it is a file to be replaced
 */
export function fileOutput(path: string, { replace }: { replace: boolean }): Output {
  const present = statOf(path)
  if (present && !present.isFile())
    throw new OperatorError(`${path} is not a regular file: give a name of one, or none for standard output`)
  if (present && !replace)
    throw new OperatorError(`${path} exists already: give another name, or --force to replace it`)
  // A link goes on leading to the file.
  const target = present ? realpathSync(path) : resolve(path)
  const folder = dirname(target)
  if (!existsSync(folder)) throw new OperatorError(`There is no folder ${folder}: make it first`)
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
        throw explained(path, error)
      } finally {
        await rm(temporary, { force: true })
        for (const signal of SIGNALS) process.off(signal, interrupt)
      }
    },
  }
}

/** Signals that end a command; a file that is half written must not be left behind. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw explained(path, error)
  }
}

/** What the system says of a file in one line for the operator; any other failure as it is. */
function explained(name: string, error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException
  return syscall ? new OperatorError(`${name} cannot be written: ${message}`, { cause: error }) : error
}
