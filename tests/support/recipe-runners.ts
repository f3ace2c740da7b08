import { execFile } from 'node:child_process'
import { chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { parse } from 'csv-parse/sync'
import { isWindows } from './platform.ts'
import { locateProgram } from './programs.ts'
import { findPython, runPython } from './python.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Runs the code of a recipe with the program that it is for. */
export interface RecipeRunner {
  /** Returns why the code cannot be run here; null if it can. */
  findObstacle(): string | null | Promise<string | null>
  /** Runs the code in a folder and returns the output; fails where the program does. */
  run(code: string, folder: string): Promise<string>
}

/** Returns why not all of these programs can be run here; null if they can. */
function findMissingProgram(...programs: string[]): string | null {
  if (isWindows) return 'the recipes are tested on other systems than Windows'
  const missing = programs.filter((program) => locateProgram(program) === null)
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`
}

/** Runs a program in a folder, which is its home as well. Of the tests' environment it gets only PATH. */
async function runProgram(
  program: string,
  args: readonly string[],
  folder: string,
  { uid, env = {} }: { uid?: number | undefined; env?: Record<string, string> } = {},
): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(program, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', ...env },
    ...(uid !== undefined && { uid }),
  })
  return stdout + stderr
}

/** Returns a runner of shell commands that use these programs. */
export const shellWith = (...programs: string[]): RecipeRunner => ({
  findObstacle: () => findMissingProgram('bash', ...programs),
  run: (code, folder) => runProgram('bash', ['-e', '-c', code], folder),
})

const python = await findPython()

/**
 * Returns a runner of Python.
 * @param requirements a statement that fails where something is missing
 * @param wrap adds what the surroundings of the code do, such as the application whose console it is for
 */
export const pythonWith = (requirements = '', wrap = (code: string) => code): RecipeRunner => ({
  async findObstacle() {
    if (!python) return 'python3 is not installed'
    const isMet = await runPython(python.path, ['-c', requirements]).then(
      () => true,
      () => false,
    )
    return isMet ? null : `Python fails to ${requirements}`
  },
  run: (code, folder) =>
    runPython(python?.path ?? '', ['-c', wrap(code)], {
      cwd: folder,
      env: { HOME: folder, QT_QPA_PLATFORM: 'offscreen' },
    }),
})

/** Starts QGIS without windows, as its Python console does with windows. */
export const inQgis = (code: string) =>
  [
    'from qgis.core import QgsApplication',
    'application = QgsApplication([], False)',
    'application.initQgis()',
  ]
    .concat(code, 'QgsProject.instance().clear()', 'application.exitQgis()')
    .join('\n')

/** Returns a runner of R with these packages. */
export const rWith = (...packages: string[]): RecipeRunner => ({
  async findObstacle() {
    const missing = findMissingProgram('Rscript')
    if (missing !== null) return missing
    const names = packages.map((name) => `"${name}"`).join()
    const check = `cat(Filter(function(p) !requireNamespace(p, quietly = TRUE), c(${names})))`
    const output = await runProgram('Rscript', ['-e', check], ROOT)
    return output === '' ? null : `packages of R not installed: ${output}`
  },
  run: (code, folder) => runProgram('Rscript', ['-e', code], folder),
})

/** Runs SQL in DuckDB, on the files of the folder. */
export const duckdb: RecipeRunner = {
  findObstacle: () => null,
  async run(code, folder) {
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    await connection.run(`SET file_search_path = '${folder}'`)
    const result = await connection.runAndReadAll(code)
    const output = result.getRows().map((row) => row.join(' '))
    connection.closeSync()
    instance.closeSync()
    return output.join('\n')
  },
}

const findPostgres = () => {
  const root = '/usr/lib/postgresql'
  const [version] = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  return version === undefined ? null : { version: Number(version), programs: join(root, version, 'bin') }
}

/** Runs SQL in psql, on a server of its own that listens on a socket in the folder. */
export const psql: RecipeRunner = {
  findObstacle() {
    const version = findPostgres()?.version ?? 0
    return version < 15
      ? 'PostgreSQL 15 is not installed (as Debian does)'
      : findMissingProgram('psql', 'curl')
  },
  async run(code, folder) {
    const { programs } = findPostgres() ?? { programs: '' }
    // The server does not run as root.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined
    if (uid !== undefined) chownSync(folder, uid, -1)
    const data = join(folder, 'data')
    const options = `-k ${folder} -c listen_addresses= -c fsync=off`
    const control = (...args: string[]) =>
      runProgram(join(programs, 'pg_ctl'), ['-D', data, ...args], folder, { uid })
    await runProgram(
      join(programs, 'initdb'),
      ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--no-sync'],
      folder,
      { uid },
    )
    await control('-w', '-l', join(folder, 'log'), '-o', options, 'start')
    try {
      const script = join(folder, 'recipe.sql')
      writeFileSync(script, code)
      return await runProgram('psql', ['-XqAt', '-F', ' ', '-f', script], folder, {
        env: { PGHOST: folder, PGUSER: 'postgres' },
      })
    } finally {
      await control('-m', 'immediate', 'stop')
    }
  },
}

/** Runs the commands, then reads the CSV that LibreOffice has written. */
export const libreOffice: RecipeRunner = {
  findObstacle: () => findMissingProgram('bash', 'curl', 'soffice'),
  async run(code, folder) {
    await shellWith().run(code, folder)
    const rows: Record<string, string>[] = parse(readFileSync(join(folder, 'incidents.csv')), {
      columns: true,
    })
    const killed = rows.map(({ fatalities_best }) => Number(fatalities_best))
    return [
      rows.length,
      killed.reduce((sum, count) => sum + count, 0),
      rows
        .map(({ date_end }) => date_end)
        .sort()
        .at(-1),
      rows.filter(({ fatalities_high }) => fatalities_high === '').length,
    ].join(' ')
  },
}

/** Runs JavaScript with `d3`, as in a notebook of Observable. */
export const observable: RecipeRunner = {
  findObstacle: () => null,
  run: (code) => {
    const imports = "const d3 = { ...(await import('d3-dsv')), ...(await import('d3-fetch')) }\n"
    return runProgram(process.execPath, ['--input-type=module', '--eval', imports + code], ROOT)
  },
}
