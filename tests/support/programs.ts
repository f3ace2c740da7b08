import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Finds a program; null, with the reason in the output, when it is not installed. */
export function findProgram(name: string, skipped: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin']
  const path = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (!path) console.warn(`${skipped} are skipped: ${name} is not installed (Debian has a package)`)
  return path ?? null
}
