import { execFile } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RELEASE } from '../../src/release.ts'
import { readExample } from '../support/pages.ts'
import { isWindows } from '../support/platform.ts'
import { findPython, runPython } from '../support/python.ts'
import { type Service, startService } from '../support/service.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = mkdtempSync(join(tmpdir(), 'conflict-incidents-clients-'))
/** What a checkout has and a clone has not. */
const NOT_CLONED = new Set(['dist', 'build', '__pycache__'])

const run = async (cwd: string, program: string, ...args: string[]) => {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  const outcome = promisify(execFile)(program, args, { cwd, env })
  const { stdout } = await outcome.catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}`)
  })
  return stdout
}

/** Copies a client to a folder without what is not committed. */
function copyClient(name: string): string {
  const copy = join(FOLDER, 'clients', name)
  cpSync(join(ROOT, 'clients', name), copy, {
    recursive: true,
    filter: (path) => !NOT_CLONED.has(basename(path)) && !path.endsWith('.egg-info'),
  })
  return copy
}

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(async () => {
  await service.close()
  rmSync(FOLDER, { recursive: true, force: true })
})

describe.skipIf(isWindows)('the package of the TypeScript client', () => {
  const installed = join(FOLDER, 'typescript')
  let packed: { filename: string; size: number; files: { path: string }[] }
  beforeAll(async () => {
    const client = copyClient('typescript')
    copyFileSync(join(ROOT, 'tsconfig.json'), join(FOLDER, 'tsconfig.json'))
    symlinkSync(join(ROOT, 'node_modules'), join(FOLDER, 'node_modules'))
    const output = await run(client, 'npm', 'pack', '--json', '--pack-destination', FOLDER)
    packed = JSON.parse(output.slice(output.search(/^\[$/m)))[0]
    rmSync(join(FOLDER, 'node_modules'))
    mkdirSync(installed)
    writeFileSync(join(installed, 'package.json'), JSON.stringify({ type: 'module' }))
    await run(
      installed,
      'npm',
      'install',
      '--offline',
      '--no-audit',
      '--no-fund',
      join(FOLDER, packed.filename),
    )
  }, 300_000)

  test('has modules with their types, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.d.ts']))
    const others = paths.filter((path) => !/^dist\/[\w-]+(\.d\.ts|\.js)$/.test(path))
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json'])
    expect(packed.size, 'bytes of the tarball').toBeLessThan(60_000)
  })

  /** A program that only compiles if the types are those of the API. */
  const mistakes = `
    import { ConflictIncidents } from 'conflict-incidents-client'
    const client = new ConflictIncidents({ baseUrl: '' })
    // @ts-expect-error an unknown path
    client.get('/v1/attacks')
    // @ts-expect-error an unknown parameter
    client.items('/v1/incidents', { query: { citty: ['Samarra'] } })
  `
  test.each<[what: string, options: object]>([
    ['of a browser, bundled', { lib: ['es2022', 'dom'], module: 'esnext', moduleResolution: 'bundler' }],
    ['of Node.js', { lib: ['es2022'], types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] }],
  ])('compiles in a strict program %s', async (_what, options) => {
    writeFileSync(join(installed, 'example.ts'), readExample('clients/typescript/README.md', service.origin))
    writeFileSync(join(installed, 'mistakes.ts'), mistakes)
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      target: 'es2022',
      module: 'nodenext',
      types: [],
      ...options,
    }
    const files = ['example.ts', 'mistakes.ts']
    writeFileSync(join(installed, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    await run(installed, process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'))
  })

  test('runs', async () => {
    const output = await run(installed, process.execPath, 'example.js')
    expect(output).toContain('Attack on two police stations in Samarra 13 null\n')
    expect(output).toContain('seed:samarra-2017-01-02 5\n')
    expect(output).toMatch(/seed:samarra-2017-01-02\n$/)
  })
})

describe('the package of the Python client', () => {
  test('is installed in a new environment, and runs', async ({ skip }) => {
    const python = await findPython()
    if (!python?.hasPandas) return skip('pandas is not installed')
    const tools = ['setuptools', 'wheel', 'ensurepip']
    const canBuild = await runPython(python.path, ['-c', `import ${tools.join(', ')}`]).catch(() => null)
    if (canBuild === null) return skip(`Python has not all of ${tools.join(', ')}`)
    const environment = join(FOLDER, 'environment')
    // Of the system are pandas and what builds packages: nothing is downloaded.
    await runPython(python.path, ['-m', 'venv', '--system-site-packages', environment])
    const installed = join(environment, 'bin/python')
    const options = ['--no-index', '--no-build-isolation', '--quiet']
    await runPython(installed, ['-m', 'pip', 'install', ...options, `${copyClient('python')}[pandas]`], {
      cwd: FOLDER,
    })

    const describeFiles = `
import importlib.metadata as metadata
print(metadata.version("conflict-incidents-client"))
print(*sorted({file.parts[0] for file in metadata.files("conflict-incidents-client")}))
print(any(file.name == "py.typed" for file in metadata.files("conflict-incidents-client")))
`
    const information = `conflict_incidents_client-${RELEASE}.dist-info`
    expect(await runPython(installed, ['-c', describeFiles], { cwd: FOLDER })).toBe(
      `${RELEASE}\nconflict_incidents ${information}\nTrue\n`,
    )
    const example = readExample('clients/python/README.md', service.origin)
    const output = await runPython(installed, ['-c', example], { cwd: FOLDER })
    expect(output).toContain('Attack on two police stations in Samarra 13 None\n')
  }, 300_000)
})
