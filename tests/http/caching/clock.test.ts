import { expect, test } from 'vitest'
import { readSeed } from '../../../src/seed/seed.ts'
import { type Service, startService } from '../../support/service.ts'

/** Loads the seed with another title for its first record. */
async function changeTitle({ storage }: Service, title: string): Promise<void> {
  const seed = readSeed()
  const [first, ...others] = seed.incidents
  if (!first) throw new Error('The seed has incidents')
  await storage.load({ ...seed, incidents: [{ ...first, record: { ...first.record, title } }, ...others] })
}

test('a change is seen by every client after the clock was set back', async () => {
  let now = new Date('2026-06-01T12:00:00.400Z')
  const service = await startService({ batch: readSeed(), now: () => now })
  try {
    const url = `${service.origin}/v1/incidents`
    const since = `${url}?updated_since=2026-06-01T12:00:00.401Z`
    const read = async (target: string) =>
      (await (await fetch(target)).json()) as { data: { title: string }[] }
    const modified = (await fetch(url)).headers.get('last-modified') ?? ''
    expect(modified).toBe('Mon, 01 Jun 2026 12:00:00 GMT')
    const headers = { 'if-modified-since': modified }
    expect((await fetch(url, { headers })).status).toBe(304)
    expect((await read(since)).data).toEqual([])

    now = new Date('2026-06-01T11:00:00.000Z')
    await changeTitle(service, 'First change')
    expect((await fetch(url, { headers })).status).toBe(200)
    expect((await read(since)).data.map(({ title }) => title)).toEqual(['First change'])
    await changeTitle(service, 'Second change')
    expect((await read(since)).data.map(({ title }) => title)).toEqual(['Second change'])
  } finally {
    await service.close()
  }
})

test('Last-Modified is left out, and not compared, while the second of the change lasts', async () => {
  const service = await startService({ batch: readSeed(), now: () => new Date('2999-01-01T00:00:00.000Z') })
  try {
    const url = `${service.origin}/v1/incidents`
    const response = await fetch(url, { headers: { 'if-modified-since': 'Tue, 01 Jan 2999 00:00:00 GMT' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('last-modified')).toBeNull()
    expect(response.headers.get('etag')).not.toBeNull()
  } finally {
    await service.close()
  }
})
