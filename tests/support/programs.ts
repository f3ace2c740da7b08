import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Locates a program; null when it is not installed. */
export function locateProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null
}

/** Locates a program as well, with the reason why tests are skipped in the output when it is not installed. */
export function findProgram(name: string, skipped: string): string | null {
  const path = locateProgram(name)
  if (!path) console.warn(`${skipped} are skipped: ${name} is not installed (Debian has a package)`)
  return path
}
