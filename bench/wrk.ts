import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONNECTIONS, type LoadResult, type Requests } from './load.ts'
import { type Core, peerPath, removeAtEnd, start, waitForExit } from './processes.ts'

/** Whether wrk is installed. It prints its version and exits with 1. */
export const HAS_WRK = /^wrk /.test(String(spawnSync('wrk', ['--version']).stdout))

/**
 * Generates the load with wrk, on all cores unless it is given another, for whole seconds (rounded up). It costs a
 * fraction of the Node generator, which matters where the servers need every core.
 * @throws Error when a response is not 2xx or 3xx, or a connection fails
 */
export async function runWrk(
  { port, paths }: Requests,
  seconds: number,
  core: Core = 'all',
): Promise<LoadResult> {
  const file = join(removeAtEnd(mkdtempSync(join(tmpdir(), 'conflict-incidents-bench-wrk-'))), 'paths')
  writeFileSync(file, paths.map((path) => `${path}\n`).join(''))
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${Math.ceil(seconds)}s`, '--timeout', '30s']
  const url = `http://127.0.0.1:${port}`
  const child = start(core, ['wrk', ...options, '-s', peerPath('wrk.lua'), url, '--', file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    output += part
  })
  const code = await waitForExit(child)
  const [, requests, microseconds, errors] = /requests=(\d+) us=(\d+) errors=(\d+)/.exec(output) ?? []
  if (code !== 0 || errors !== '0') throw new Error(`wrk ended with ${code}, ${errors} errors`)
  return { rate: (Number(requests) / Number(microseconds)) * 1e6, generator: 0 }
}
