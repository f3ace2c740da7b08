import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
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

const BUILD = fileURLToPath(new URL('../../scripts/build-if-stale.mjs', import.meta.url))

/** Builds dist/ if it is older than the sources, and creates a folder for files that tests share. */
export function setup(project: TestProject): () => void {
  execFileSync(process.execPath, [BUILD], { stdio: 'inherit' })
  const shared = mkdtempSync(join(tmpdir(), 'conflict-incidents-shared-'))
  project.provide('sharedFolder', shared)
  return () => rmSync(shared, { recursive: true, force: true })
}
