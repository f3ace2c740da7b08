import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { isWindows } from './platform.ts'

/** An installed Python. */
export interface Python {
  path: string
  hasPandas: boolean
}

/**
 * Finds Python, one with pandas first: Debian's may come after another one in PATH. Says so where there is none, as on
 * Windows, where the tests would need another environment.
 */
export async function findPython(): Promise<Python | null> {
  const found: Python[] = []
  for (const path of isWindows ? [] : ['python3', '/usr/bin/python3']) {
    const script = 'import importlib.util; print(importlib.util.find_spec("pandas") is not None)'
    const output = await runPython(path, ['-c', script]).catch(() => '')
    if (output) found.push({ path, hasPandas: output.startsWith('True') })
  }
  const python = found.find(({ hasPandas }) => hasPandas) ?? found[0] ?? null
  if (!python) console.warn('The tests of the Python client are skipped: python3 was not found.')
  else if (!python.hasPandas)
    console.warn('The tests of data frames are skipped: pandas is not installed (python3-pandas).')
  return python
}

/** Runs Python, without writing compiled modules; returns its output and errors. Of the environment it gets only PATH. */
export async function runPython(
  path: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const environment = { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', ...env }
  const outcome = promisify(execFile)(path, args, { env: environment, ...(cwd !== undefined && { cwd }) })
  const { stdout, stderr } = await outcome.catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}`)
  })
  return stdout + stderr
}
