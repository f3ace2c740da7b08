import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { StatsQuery } from '../../../src/stats/stats.store.ts'
import type { FileStorage } from '../../../src/storage/contract/storage.ts'
import { openStorage } from '../../../src/storage/open-storage.ts'
import {
  DatabaseFiles,
  findProblems,
  locateUcdpFile,
  run,
  tamper,
  withStorage,
} from '../../support/database.ts'
import { startServer } from '../../support/process.ts'
import { renderUcdpCsv, UCDP_ROWS } from '../../support/ucdp.ts'

const FILES = new DatabaseFiles()

const EVERYTHING: StatsQuery = {
  filter: {},
  wholeFilter: {},
  required: {},
  groupBy: [],
  interval: 'year',
  cellSize: 1,
  metrics: ['fatalities'],
  byGroup: false,
  sort: 'group',
  fill: false,
  combine: null,
  limit: 10,
  after: null,
}

/** The files of the column store of a database. */
const list = (path: string) => (existsSync(`${path}-columns`) ? readdirSync(`${path}-columns`) : [])

const sum = async (storage: FileStorage) => (await storage.stats.stats(EVERYTHING)).byDataset

const sumOf = (path: string) => withStorage(path, sum)

/** Writes a file of UCDP GED with some of the rows. */
function writeUcdpFile(from: number, to: number): string {
  const file = join(FILES.newFolder(), 'ged.csv')
  writeFileSync(file, renderUcdpCsv(UCDP_ROWS.slice(from, to)))
  return file
}

/** A database with the seed and 400 records of UCDP GED. */
let ucdp = ''
beforeAll(async () => {
  ucdp = FILES.copy()
  await run(`import ${writeUcdpFile(0, 400)}`, ucdp)
})

describe('the column store', () => {
  test('is written by an import of many records', async () => {
    const path = FILES.copy()
    expect((await run(`import ${locateUcdpFile('iraq')}`, path)).code).toBe(0)
    const files = list(path)
    expect(files).toHaveLength(1)
    expect(await sumOf(path)).toHaveLength(2)
    expect(list(path)).toEqual(files)
  })

  test.each([
    ['missing', (file: string) => rmSync(file)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['cut short', (file: string) => truncateSync(file, 20_000)],
    ['another file', (file: string) => writeFileSync(file, 'not of DuckDB')],
    ['damaged', (file: string) => writeFileSync(file, Buffer.alloc(50_000, 0xab), { flag: 'r+' })],
    ['in a folder that was deleted', (file: string) => rmSync(join(file, '..'), { recursive: true })],
  ])('that is %s is written again', async (_, break_) => {
    const path = FILES.copy(ucdp)
    const expected = await sumOf(path)
    const [file = ''] = list(path)
    break_(join(`${path}-columns`, file))
    expect(await sumOf(path)).toEqual(expected)
    expect(list(path)).toEqual([file])
  })

  test('that is damaged while it is being read is written again', async () => {
    const path = FILES.copy(ucdp)
    await withStorage(path, async (storage) => {
      const expected = await sum(storage)
      const [file = ''] = list(path)
      writeFileSync(join(`${path}-columns`, file), Buffer.alloc(100_000, 0xab), { flag: 'r+' })
      // What was read before may be at hand.
      const byCity = await storage.stats.stats({ ...EVERYTHING, groupBy: ['city', 'actor'] })
      expect(byCity.byDataset).toEqual(expected)
    })
  })

  test('follows every kind of change', async () => {
    const path = FILES.copy(ucdp)
    await sumOf(path)
    const changes = [
      `import ${writeUcdpFile(380, 460)}`,
      `import ${writeUcdpFile(0, 430)} --replace`,
      'actor part ucdp-ged:IS seed:islamic-state',
      'actor join ucdp-ged:IS seed:islamic-state',
      'rebuild',
    ]
    for (const command of changes) {
      expect(await run(command, path), command).toMatchObject({ code: 0 })
      await sumOf(path)
      expect(list(path).length).toBeLessThanOrEqual(3)
      expect(await withStorage(path, findProblems), command).toEqual([])
    }
  }, 180_000)

  test('of a state is not taken for that of another one after a backup was restored', async () => {
    const path = FILES.copy(ucdp)
    const backup = FILES.newPath()
    await run(`backup ${backup}`, path)
    const expected = await sumOf(path)
    await run(`import ${writeUcdpFile(400, 450)}`, path)
    expect(await sumOf(path)).not.toEqual(expected)
    await run(`restore ${backup}`, path)
    expect(await sumOf(path)).toEqual(expected)
  })

  test('that differs from the records is reported by check, and repaired by rebuild', async () => {
    const path = FILES.copy(ucdp)
    await sumOf(path)
    // Not through the service: it is not noticed.
    tamper(
      path,
      `UPDATE incidents SET deaths_best = deaths_best + 1 WHERE id = (SELECT max(id) FROM incidents)`,
    )
    expect((await withStorage(path, findProblems)).join('\n')).toMatch(
      /columns: incidents: the columns differ from the records/,
    )
    expect(await run('rebuild', path)).toMatchObject({ code: 0 })
    expect(await withStorage(path, findProblems)).toEqual([])
  })

  test('that needs more memory than it may use fails as overloaded', async () => {
    const path = FILES.copy(ucdp)
    await sumOf(path)
    const storage = openStorage(`sqlite:${path}`, { sums: { threads: 1, memory: 1 } })
    await expect(
      storage.stats.stats({ ...EVERYTHING, groupBy: ['city', 'actor', 'date'], interval: 'day' }),
    ).rejects.toMatchObject({
      name: 'ServiceError',
      code: 'overloaded',
      message: expect.stringMatching(/SUMS_MEMORY/),
    })
    await storage.close()
  })

  test('of a server that is ended while it sums leaves nothing and ends as it should', async () => {
    const path = FILES.copy(ucdp)
    for (const delay of [0, 30, 100]) {
      rmSync(`${path}-columns`, { recursive: true, force: true })
      const server = await startServer({ DATABASE_URL: `sqlite:${path}`, RATE_LIMIT: 'off' })
      rmSync(`${path}-columns`, { recursive: true, force: true })
      const requests = Array.from({ length: 8 }, (_, index) =>
        fetch(`${server.origin}/v1/stats?group_by=city,actor,date&deaths_min=${index}`).catch(() => {}),
      )
      await new Promise((resolve) => setTimeout(resolve, delay))
      server.process.kill('SIGTERM')
      expect(await server.ended).toMatchObject({ code: 0 })
      await Promise.all(requests)
      expect(list(path).filter((name) => name.includes('.part'))).toEqual([])
    }
  }, 120_000)
})
