import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse, parseDocument } from 'yaml'
import { ConfigSchema } from '../../src/config.ts'
import { RELEASE } from '../../src/release.ts'
import { DRAIN_TIMEOUT_MS } from '../../src/service.ts'
import { createTemporaryFolder } from '../support/service.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const UNIT = 'deploy/conflict-incidents.service'

/** Whether a program can be run here. */
function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Lists the values of a key of the systemd unit, in order. */
const listValues = (key: string) =>
  [...read(UNIT).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value)

/** Seconds that a service may take to end: requests in flight, and what its processes add. */
const SHUTDOWN_SECONDS = DRAIN_TIMEOUT_MS / 1000 + 2

describe('the systemd unit', () => {
  test('is accepted by systemd-analyze, and exposes little', async ({ skip }) => {
    if (!hasProgram('systemd-analyze')) skip('systemd-analyze is not installed')
    const copy = join(createTemporaryFolder(), 'conflict-incidents.service')
    // verify asks that the program exists.
    writeFileSync(copy, read(UNIT).replace(/^(ExecStart)=\S+/m, `$1=${process.execPath}`))
    const analyze = (...args: string[]) => promisify(execFile)('systemd-analyze', [...args, copy])
    const verified = await analyze('verify', '--man=no')
    expect(`${verified.stdout}${verified.stderr}`).toBe('')
    const help = execFileSync('systemd-analyze', ['--help'], { encoding: 'utf8' })
    if (!help.includes('--offline')) skip('systemd-analyze cannot rate a file')
    const { stdout } = await analyze('security', '--offline=yes', '--no-pager')
    const [line = '', level] = /Overall exposure level for \S+ ([\d.]+).*/.exec(stdout) ?? []
    console.log(line)
    expect(Number(level)).toBeLessThan(2)
  })

  test('waits for requests in flight before it kills', () => {
    expect(Number(listValues('TimeoutStopSec')[0])).toBeGreaterThan(SHUTDOWN_SECONDS)
  })
})

test('compose.yaml waits for requests in flight before it kills', () => {
  const { services } = parse(read('deploy/compose.yaml'))
  expect(Number.parseInt(services.incidents.stop_grace_period, 10)).toBeGreaterThan(SHUTDOWN_SECONDS)
})

test('only settings are set', () => {
  const [, variables = ''] = /^ENV ((?:.*\\\n)*.*)/m.exec(read('deploy/Dockerfile')) ?? []
  const inImage = [...variables.matchAll(/(\w+)=/g)].map(([, name = '']) => name)
  const { services } = parse(read('deploy/compose.yaml'))
  const inCompose = Object.keys(services.incidents.environment)
  const inUnit = listValues('Environment').map((value) => value.replace(/=.*/, ''))
  expect(inImage).toContain('DATABASE_URL')
  expect(inUnit).toContain('DATABASE_URL')
  const known = [...Object.keys(ConfigSchema.properties), 'TMPDIR']
  expect([...inImage, ...inCompose, ...inUnit].filter((name) => !known.includes(name))).toEqual([])
})

test('the image is built and run with one version of Node.js', () => {
  const versions = [...read('deploy/Dockerfile').matchAll(/^FROM node:([\d.]+)-(\S+)/gm)]
  expect(versions.map(([, , variant]) => variant)).toEqual(['bookworm', 'bookworm-slim'])
  expect(new Set(versions.map(([, version]) => version)).size).toBe(1)
})

test('the image is built from files that exist', () => {
  const included = [...read('deploy/Dockerfile.dockerignore').matchAll(/^!(.*)$/gm)].map(
    ([, path = '']) => path,
  )
  const missing = included.filter((path) => !path.includes('*') && !existsSync(join(ROOT, path)))
  expect(missing).toEqual([])
  const { files } = JSON.parse(read('package.json')) as { files: string[] }
  const packed = files.filter((path) => !path.startsWith('!') && path !== 'dist')
  expect(packed.filter((path) => !included.includes(path.replace(/\/.*/, '')))).toEqual([])
})

describe('YAML files', () => {
  const paths = ['.github', 'deploy'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.ya?ml$/.test(path))
      .map((path) => join(folder, path)),
  )

  test.each(['CITATION.cff', ...paths])('%s can be read', (path) => {
    const { errors, warnings } = parseDocument(read(path), { strict: true, uniqueKeys: true })
    expect([...errors, ...warnings]).toEqual([])
  })
})

test('CITATION.cff cites this release, with the date of the changelog', () => {
  const { version, 'date-released': date } = parse(read('CITATION.cff'))
  expect(version).toBe(RELEASE)
  const headings = [...read('CHANGELOG.md').matchAll(/^## \[(\d.*)$/gm)].map(([, heading]) => heading)
  expect(headings[0]).toBe(`${version}] - ${date}`)
})
