import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { OperatorError } from '../../../errors.ts'
import type { Bytes } from '../encoding/bytes.ts'

interface SpooledFile {
  path: string
  remove: () => Promise<void>
}

/**
 * Writes bytes to a temporary file, which allows random access.
 * @throws OperatorError when they cannot be written
 */
export async function spoolToFile(bytes: Bytes, name: string): Promise<SpooledFile> {
  const folder = await mkdtemp(join(tmpdir(), 'conflict-incidents-'))
  const path = join(folder, 'spooled')
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await pipeline(bytes, createWriteStream(path, { mode: 0o600 }))
    return { path, remove }
  } catch (error) {
    await remove()
    if (error instanceof OperatorError) throw error
    throw new OperatorError(
      `${name} has to be unpacked to ${tmpdir()}, which fails: ${(error as Error).message}`,
      { cause: error },
    )
  }
}
