import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of files that are created once for all test files. */
    sharedFolder: string
  }
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Written after each build; sources that are newer are not built yet. */
const STAMP = join(ROOT, 'dist/.built')

/** Builds dist/ if it is older than the sources, and creates a folder for files that tests share. */
export function setup(project: TestProject): () => void {
  if (isStale()) {
    const began = new Date()
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' })
    writeFileSync(STAMP, began.toISOString())
  }
  const shared = mkdtempSync(join(tmpdir(), 'conflict-incidents-shared-'))
  project.provide('sharedFolder', shared)
  return () => rmSync(shared, { recursive: true, force: true })
}

function isStale(): boolean {
  const built = statSync(STAMP, { throwIfNoEntry: false })
  if (!built) return true
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  return [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    ...sources.map((name) => join('src', name)),
  ].some((name) => statSync(join(ROOT, name)).mtimeMs > built.mtimeMs)
}
