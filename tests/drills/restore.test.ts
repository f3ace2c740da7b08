import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { Sqlite } from '../../src/storage/sqlite/database/better-sqlite3.ts'
import {
  createUcdpDatabase,
  DatabaseFiles,
  digestContent,
  findProblems,
  locateUcdpFile,
  run,
  withStorage,
} from '../support/database.ts'
import { printEnd } from '../support/drill.ts'
import { startIncidents, startServer } from '../support/process.ts'

const FILES = new DatabaseFiles()
const KILLS = 12

/** Two states of a database: the old one with changes that are only in a log, as a killed server leaves them. */
let old = ''
let backup = ''
const digests: Record<'old' | 'new', string> = { old: '', new: '' }

beforeAll(async () => {
  const path = FILES.copy(await createUcdpDatabase('iraq'))
  backup = FILES.newPath()
  expect(await run(`backup ${backup}`, path)).toMatchObject({ code: 0 })
  expect(await run(`import ${locateUcdpFile('bangladesh')}`, path)).toMatchObject({ code: 0 })
  const writer = new Sqlite(path)
  writer.exec('UPDATE store SET revision = revision + 1')
  old = FILES.newPath()
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, old + suffix)
  writer.close()
  digests.old = digestContent(path)
  digests.new = digestContent(backup)
  expect(digests.old).not.toBe(digests.new)
}, 300_000)

test('a restore that is killed at any time leaves the old database or the new one, complete', async () => {
  const start = () => {
    const path = FILES.newPath()
    for (const suffix of ['', '-wal']) copyFileSync(old + suffix, path + suffix)
    return { path, running: startIncidents(['restore', backup], { env: { DATABASE_URL: `sqlite:${path}` } }) }
  }
  const began = performance.now()
  expect(await start().running.ended).toMatchObject({ code: 0 })
  const duration = performance.now() - began
  const found = { old: 0, new: 0 }
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const { path, running } = start()
    // The second half is when files are replaced.
    await setTimeout(duration * (0.3 + (0.75 * kill) / KILLS))
    running.process.kill('SIGKILL')
    await running.ended
    const left = readdirSync(join(path, '..')).length
    const digest = digestContent(path)
    const state = digest === digests.old ? 'old' : 'new'
    expect(digest, `after ${kill} of ${KILLS}`).toBe(digests[state])
    found[state] += 1
    if (existsSync(`${path}.before-restore`))
      expect(digestContent(`${path}.before-restore`)).toBe(digests.old)
    console.log(
      `killed at ${((0.3 + (0.75 * kill) / KILLS) * 100).toFixed(0)} %: ${state} database, ${left} files in its folder`,
    )
    // What is left does not disturb the next one, which removes it.
    expect(await run(`restore ${backup}`, path)).toMatchObject({ code: 0 })
    expect(digestContent(path)).toBe(digests.new)
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('.restore-'))).toEqual([])
    if (kill === KILLS) expect(await withStorage(path, findProblems)).toEqual([])
  }
  console.log(
    `of ${KILLS} restores that were killed, ${found.old} left the old database, ${found.new} the new one`,
  )
  expect(found.old).toBeGreaterThan(0)
}, 300_000)

test('a server that starts while a database is restored has one of the two, and never both', async () => {
  for (const delay of [0, 200, 400, 600, 800]) {
    const path = FILES.newPath()
    for (const suffix of ['', '-wal']) copyFileSync(old + suffix, path + suffix)
    const env = { DATABASE_URL: `sqlite:${path}` }
    const restoring = startIncidents(['restore', backup], { env })
    await setTimeout(delay)
    const server = await startServer({ ...env, LOG_LEVEL: 'info' }).catch((error: Error) => error)
    const { code, stderr } = await restoring.ended
    if (server instanceof Error) {
      console.log(`server after ${delay} ms: ${server.message.trim()}`)
      expect(server.message).toMatch(/is locked by another process/)
      expect(code).toBe(0)
      continue
    }
    const isReady = (await fetch(`${server.origin}/readyz`)).status === 200
    server.process.kill('SIGTERM')
    await printEnd(
      `server after ${delay} ms: ready ${isReady}, restore ended with ${code} ${stderr.trim()}`,
      server,
    )
    expect(isReady).toBe(true)
    if (code !== 0) expect(stderr).toMatch(/is in use/)
    expect(await withStorage(path, (storage) => storage.checkFile())).toEqual([])
  }
}, 300_000)
