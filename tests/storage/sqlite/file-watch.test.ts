import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { Sqlite } from '../../../src/storage/sqlite/database/better-sqlite3.ts'
import { DatabaseFiles, locateUcdpFile, run } from '../../support/database.ts'
import { isWindows } from '../../support/platform.ts'
import { type Server, setUpServers } from '../../support/process.ts'

const FILES = new DatabaseFiles()
const { serve } = setUpServers({ RATE_LIMIT: 'off' })

/** Requests paths on new connections; resolves with each status and code. */
async function request(server: Server, ...paths: string[]) {
  const responses: unknown[] = []
  for (const path of paths) {
    const response = await fetch(`${server.origin}${path}`, { headers: { connection: 'close' } })
    const { code = null } = (await response.json()) as { code?: string }
    responses.push([response.status, code])
  }
  return responses
}

/** The messages of the fatal lines in the log of a server. */
const readFatalLines = ({ output }: Server): string[] =>
  output.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { level: number; msg: string })
    .filter(({ level }) => level === 60)
    .map(({ msg }) => msg)

/** The service looks at the file every second. */
const POLL = { timeout: 5000 }

let other = ''
beforeAll(async () => {
  other = FILES.newPath()
  await run('seed', other)
})

describe.skipIf(isWindows)('a database that is changed by anything but SQLite while it is served', () => {
  test.each<[string, (path: string) => void, RegExp]>([
    ['is deleted', (path) => rmSync(path), /was deleted or moved/],
    ['is moved', (path) => renameSync(path, `${path}.old`), /was deleted or moved/],
    [
      'is replaced by its copy',
      (path) => {
        copyFileSync(path, `${path}.new`)
        renameSync(`${path}.new`, path)
      },
      /was replaced by another one/,
    ],
    ['loses its log', (path) => rmSync(`${path}-wal`), /has lost its write-ahead log/],
    ['loses the index of its log', (path) => rmSync(`${path}-shm`), /has lost its index/],
    [
      'is cut short by a byte',
      (path) => truncateSync(path, readFileSync(path).length - 1),
      /was cut short, from \d+ to \d+ bytes/,
    ],
    [
      'is overwritten by another one',
      (path) => writeFileSync(path, readFileSync(other), { flag: 'r+' }),
      /was overwritten/,
    ],
    [
      'loses its header',
      (path) => writeFileSync(path, Buffer.alloc(100, 0xab), { flag: 'r+' }),
      /was overwritten/,
    ],
  ])('%s: nothing is served, with the reason', async (_, change, reason) => {
    const path = FILES.copy()
    const server = await serve(path)
    expect(await request(server, '/readyz', '/v1/incidents', '/v1/stats')).toEqual(Array(3).fill([200, null]))
    change(path)
    await expect.poll(() => request(server, '/readyz'), POLL).toEqual([[503, 'unavailable']])
    const paths = ['/v1/incidents', '/v1/stats', '/v1/datasets', '/v1/incidents?format=ndjson', '/readyz']
    expect(await request(server, ...paths)).toEqual(Array(paths.length).fill([503, 'unavailable']))
    expect(await request(server, '/livez')).toEqual([[200, null]])
    const { detail } = (await (await fetch(`${server.origin}/readyz`)).json()) as { detail: string }
    expect(detail).toMatch(reason)
    await expect.poll(() => readFatalLines(server), POLL).toEqual([expect.stringMatching(reason)])
    server.process.kill('SIGTERM')
    expect(await server.ended).toMatchObject({ code: 0 })
  })
})

test('a database that SQLite writes is served all the time', async () => {
  const path = FILES.copy()
  const server = await serve(path)
  const wrong: unknown[] = []
  let isChanging = true
  const requesting = (async () => {
    while (isChanging) {
      const responses = await request(server, '/readyz', '/v1/incidents?limit=1')
      wrong.push(...responses.filter((response) => (response as [number])[0] !== 200))
    }
  })()
  const importing = run(`import ${locateUcdpFile('bangladesh')}`, path)
  const client = new Sqlite(path, { timeout: 20_000 })
  for (const mode of ['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE']) {
    client.exec('UPDATE store SET revision = revision + 1')
    client.pragma(`wal_checkpoint(${mode})`)
    await setTimeout(200)
  }
  expect(await importing).toMatchObject({ code: 0 })
  client.exec('VACUUM')
  client.pragma('wal_checkpoint(TRUNCATE)')
  await setTimeout(1500)
  client.exec('UPDATE store SET revision = revision + 1')
  client.close()
  expect(await run('rebuild', path)).toMatchObject({ code: 0 })
  await setTimeout(1500)
  isChanging = false
  await requesting
  expect(wrong).toEqual([])
  expect(readFatalLines(server)).toEqual([])
})
