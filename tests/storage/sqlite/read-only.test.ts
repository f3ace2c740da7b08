import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import {
  DatabaseFiles,
  expectOneLine,
  locateUcdpFile,
  run,
  setUpUnprivilegedUser,
  snapshotFile,
  tamper,
} from '../../support/database.ts'
import { runProcess, startIncidents } from '../../support/process.ts'

const FILES = new DatabaseFiles()
const user = setUpUnprivilegedUser(FILES)

/** Creates a database that no one may write, as it is after the server that used it was stopped, or as a backup. */
async function createReadOnly(kind: 'database' | 'backup'): Promise<string> {
  const path = FILES.copy()
  expect(await run(`import ${locateUcdpFile('bangladesh')}`, path)).toMatchObject({ code: 0 })
  const file = kind === 'backup' ? FILES.newPath() : path
  if (kind === 'backup') expect(await run(`backup ${file}`, path)).toMatchObject({ code: 0 })
  close(file)
  return file
}

function close(path: string): void {
  chmodSync(path, 0o444)
  chmodSync(join(path, '..'), 0o555)
}

describe.each(['database', 'backup'] as const)('a read-only %s', (kind) => {
  test.each(['1', '2'])(
    'is served by %s processes, checked and exported, and left as it is',
    async (PROCESSES) => {
      if (user.skip) return console.log(`Skipped: ${user.skip}`)
      const path = await createReadOnly(kind)
      const before = snapshotFile(path)
      // What has to be copied is copied here, and removed at the end.
      const copies = FILES.newFolder()
      chmodSync(copies, 0o777)
      const env = { DATABASE_URL: `sqlite:${path}`, PORT: '0', PROCESSES, TMPDIR: copies }
      const options = { env, ...(user.uid !== undefined && { uid: user.uid }) }
      expect(await runProcess(['check'], options)).toMatchObject({ code: 0, stdout: 'Everything is sound\n' })
      const exported = await runProcess(['export', '--format', 'csv'], options)
      expect(exported.code, exported.stderr).toBe(0)
      expect(exported.stdout.trim().split('\n').length).toBeGreaterThan(604)
      expectOneLine(
        await runProcess(['import', locateUcdpFile('iraq')], options),
        /is read-only: check its permissions/,
      )
      expectOneLine(await runProcess(['rebuild'], options), /is read-only: check its permissions/)

      const server = startIncidents(['serve'], options)
      const origin = await new Promise<string>((resolve, reject) => {
        const timer = setInterval(() => {
          const [, found] = /Ready\. Documentation: (\S+)\/docs/.exec(server.output.stdout) ?? []
          if (!found) return
          clearInterval(timer)
          resolve(found)
        }, 20)
        server.ended.then(({ stderr }) => reject(new Error(stderr)))
      })
      await setTimeout(1500)
      expect(await (await fetch(`${origin}/readyz`)).json()).toEqual({ status: 'ok' })
      const list = await fetch(`${origin}/v1/incidents?format=ndjson&fields=id`)
      expect((await list.text()).trim().split('\n')).toHaveLength(604)
      expect((await fetch(`${origin}/v1/stats?group_by=country`)).status).toBe(200)
      expect(server.output.stdout).toContain('The database is read-only')
      server.process.kill('SIGTERM')
      expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
      expect(snapshotFile(path)).toEqual(before)
      // Of Node.js 22 and newer.
      expect(readdirSync(copies).filter((name) => name !== 'node-compile-cache')).toEqual([])
    },
  )
})

test('a read-only database of an older release is rejected in one line', async () => {
  if (user.skip) return console.log(`Skipped: ${user.skip}`)
  const path = FILES.copy()
  tamper(path, `DELETE FROM migrations WHERE name = (SELECT max(name) FROM migrations)`)
  close(path)
  expectOneLine(
    await run('serve', path, user.uid),
    /is read-only and was written by an older release: run `incidents migrate`/,
  )
})
