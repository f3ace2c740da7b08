import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEDIA_TYPES } from '../../../src/http/formats/formats.ts'
import { renderCodeSamples } from '../../../src/http/openapi/code-samples.ts'
import { findProgram } from '../../support/programs.ts'
import { createTemporaryFolder, type Service, startService } from '../../support/service.ts'

interface Sample {
  label: string
  source: string
}
interface Operation {
  operationId: string
  'x-codeSamples': Sample[]
}

const run = promisify(execFile)
const find = (name: string) => findProgram(name, `Code samples that need ${name}`)

/** How a sample is run, by its label. */
const RUNNERS: Record<string, [program: string | null, ...options: string[]]> = {
  curl: [find('curl') && find('sh'), '-c'],
  Python: [find('python3'), '-c'],
  R: [find('Rscript'), '-e'],
  JavaScript: [process.execPath, '--input-type=module', '--eval'],
}

let service: Service
let operations: Operation[]
beforeAll(async () => {
  service = await startService()
  operations = await readOperations(service)
})
afterAll(() => service?.close())

async function readOperations({ app }: Service): Promise<Operation[]> {
  const { paths } = (await app.inject('/openapi.json')).json() as {
    paths: Record<string, { get: Operation }>
  }
  return Object.values(paths).map(({ get }) => get)
}

/** Runs the sample in a language; returns what it prints. */
async function runSample(label: string, samples: Sample[] = [], cwd?: string): Promise<string> {
  const source = samples.find((sample) => sample.label === label)?.source ?? ''
  const [program, ...options] = RUNNERS[label] ?? [null]
  const local = source.replace('http://localhost:3000', service.origin)
  return (await run(program ?? '', [...options, local], { cwd })).stdout
}

it('every operation has a sample in every language', () => {
  expect(operations.length).toBeGreaterThan(10)
  for (const { operationId, 'x-codeSamples': samples } of operations)
    expect(
      samples.map(({ label }) => label),
      operationId,
    ).toEqual(Object.keys(RUNNERS))
})

describe.each(Object.entries(RUNNERS))('the sample in %s', (label, [program]) => {
  it.skipIf(program === null).each([
    ['listIncidents', 'seed:samarra-2017-01-02'],
    ['getIncident', 'seed:samarra-2017-01-02'],
    ['listPlaces', 'geonames:91597'],
    ['getStats', '2017-01-02'],
    ['citeIncidents', '/v1/incidents?city=Samarra'],
    ['metrics', 'http_request_duration_seconds'],
  ])('of %s prints the response', async (operationId, content) => {
    const samples = operations.find((one) => one.operationId === operationId)?.['x-codeSamples']
    expect(await runSample(label, samples)).toContain(content)
  })

  it.skipIf(program === null).each([
    ['text/csv', 'seed:samarra-2017-01-02,'],
    ['application/geo+json', 'FeatureCollection'],
  ])('requests %s', async (accept, content) => {
    const samples = renderCodeSamples(`${service.origin}/v1/incidents?city=Samarra`, accept)
    expect(await runSample(label, samples)).toContain(content)
  })

  it.skipIf(program === null)('keeps a file', async () => {
    const folder = createTemporaryFolder()
    const samples = renderCodeSamples(`${service.origin}/v1/incidents?city=Samarra`, MEDIA_TYPES.parquet)
    const printed = await runSample(label, samples, folder)
    if (label === 'JavaScript') expect(printed).toMatch(/Blob \{ size: \d{4}/)
    else
      expect(
        readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1').slice(0, 4)),
      ).toEqual(['PAR1'])
  })
})

it('samples have the public URL', async () => {
  const elsewhere = await startService({ config: { PUBLIC_URL: 'https://example.org/conflict' } })
  try {
    const sources = (await readOperations(elsewhere)).flatMap((one) => one['x-codeSamples'])
    for (const { source } of sources) expect(source).toMatch(/['"]https:\/\/example\.org\/conflict\//)
  } finally {
    await elsewhere.close()
  }
})
