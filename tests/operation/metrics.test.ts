import { rmSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { locateUcdpFile, run } from '../support/database.ts'
import { isWindows } from '../support/platform.ts'
import { type Server, setUpServers } from '../support/process.ts'
import { startService } from '../support/service.ts'

const { seededPath, serve } = setUpServers({ RATE_LIMIT: 'off' })

/** Reads the values of metrics whose names begin with `incidents_`. */
async function readMetrics(origin: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${origin}/metrics`, { headers: { connection: 'close' } })).text()
  const lines = text.split('\n').filter((line) => line.startsWith('incidents_'))
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]))
}

const findMetricsOrigin = ({ output }: Server) => /Metrics: (\S+)\/metrics/.exec(output.stdout)?.[1] ?? ''

describe('metrics', () => {
  test.each(['1', '2'])('describe data, files and release, of %s processes too', async (PROCESSES) => {
    const path = await seededPath()
    const { origin } = await serve(path, { PROCESSES })
    const before = await readMetrics(origin)
    expect(before).toMatchObject({ 'incidents_records{dataset="seed"}': 3 })
    expect(Object.keys(before).join()).toMatch(/incidents_build_info\{version="[\d.]+",node="[\d.]+"\}/)
    expect(Date.now() / 1000 - (before.incidents_last_change_timestamp_seconds ?? 0)).toBeLessThan(3600)
    expect(before.incidents_database_bytes).toBeGreaterThan(1_000_000)
    expect(before.incidents_wal_bytes).toBeGreaterThanOrEqual(0)

    expect(await run(`import ${locateUcdpFile('bangladesh')}`, path)).toMatchObject({ code: 0 })
    await expect
      .poll(() => readMetrics(origin))
      .toMatchObject({
        'incidents_records{dataset="seed"}': 3,
        'incidents_records{dataset="ucdp-ged"}': 601,
        incidents_revision: (before.incidents_revision ?? 0) + 1,
      })
    const imported = (await readMetrics(origin))[
      'incidents_last_import_timestamp_seconds{dataset="ucdp-ged"}'
    ]
    expect(Date.now() / 1000 - (imported ?? 0)).toBeLessThan(60)
    const text = await (await fetch(`${origin}/metrics`)).text()
    for (const name of [
      'nodejs_eventloop_lag_p99_seconds',
      'process_open_fds',
      'nodejs_heap_size_used_bytes',
    ])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'))
  })

  test('count responses of the cache', async () => {
    const service = await startService()
    onTestFinished(() => service.close())
    const url = `${service.origin}/v1/incidents`
    for (let times = 0; times < 3; times += 1) await (await fetch(url)).text()
    const metrics = await readMetrics(service.origin)
    expect(metrics).toMatchObject({
      incidents_response_cache_hits_total: 2,
      incidents_response_cache_misses_total: 1,
    })
    expect(metrics.incidents_response_cache_bytes).toBeGreaterThan(1000)
  })

  test.each(['1', '2'])(
    'have their own address if METRICS_PORT is set, of %s processes',
    async (PROCESSES) => {
      const server = await serve(await seededPath(), { PROCESSES, METRICS_PORT: '0' })
      const origin = findMetricsOrigin(server)
      for (let times = 0; times < 4; times += 1)
        expect(await readMetrics(origin)).toMatchObject({ 'incidents_records{dataset="seed"}': 3 })
      expect((await fetch(`${server.origin}/metrics`)).status).toBe(404)
      expect((await fetch(`${origin}/v1/incidents`)).status).toBe(404)
      expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).toBe(405)
      const landing = (await (await fetch(server.origin)).json()) as { links: { href: string }[] }
      expect(landing.links.map(({ href }) => href)).not.toContain('/metrics')
      server.process.kill('SIGTERM')
      const outcome = await server.ended
      if (!isWindows) expect(outcome).toMatchObject({ code: 0, stderr: '' })
    },
  )

  test.skipIf(isWindows)('are there when the database is lost, without those of the data', async () => {
    const path = await seededPath()
    const { origin } = await serve(path)
    rmSync(path)
    await expect.poll(async () => (await fetch(`${origin}/readyz`)).status).toBe(503)
    const names = Object.keys(await readMetrics(origin))
    expect(names.filter((name) => /records|revision|last_change|database/.test(name))).toEqual([])
  })
})
