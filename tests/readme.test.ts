import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ORIGIN, readBlocks } from './support/pages.ts'
import { isWindows } from './support/platform.ts'
import { type Server, startServer } from './support/process.ts'
import { type Service, startService } from './support/service.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Reads the commands of a page, in order, with the output printed directly below each. */
function readExamples(page: string) {
  const blocks = readBlocks(page)
  return blocks.flatMap(({ language, content: command }, index) => {
    const output = blocks[index + 1]
    const isExample =
      language === 'sh' && output?.before.trim() === '' && /^(json|text)$/.test(output.language)
    return isExample ? [{ command, output: output.content }] : []
  })
}

/** Why the examples, which are commands of a shell, cannot be run here; null if they can. */
function findObstacle(): string | null {
  for (const program of ['bash', 'curl']) {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' })
    } catch {
      return `${program} is not installed`
    }
  }
  return isWindows ? 'the examples are for the shells of other systems' : null
}
const OBSTACLE = findObstacle()

const CLI = 'npm run --silent incidents -- '

/** Runs a command in the root of the repository. Only requests to the API and `incidents` are allowed. */
async function run(command: string, origin: string, env: Record<string, string> = {}): Promise<string> {
  for (const line of command.split('\n'))
    if (!line.startsWith('curl -s') && !line.startsWith(CLI)) throw new Error(`Not run from a page: ${line}`)
  const script = command.replaceAll(ORIGIN, origin).replaceAll(CLI, `${process.execPath} dist/cli/main.js `)
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
  })
  return stdout.trim()
}

/** Compares text as it is, JSON with line breaks by value, and a list with the data of a page. */
function expectOutput(stdout: string, output: string): void {
  if (output.startsWith('[')) expect(JSON.parse(stdout).data).toEqual(JSON.parse(output))
  else if (output.startsWith('{\n')) expect(JSON.parse(stdout)).toEqual(JSON.parse(output))
  else expect(stdout).toBe(output)
}

describe('docs/api.md, with the seed', () => {
  const examples = readExamples('docs/api.md')
  let service: Service
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service.close())

  test('has examples of records, reported totals, sums, hints and errors', () => {
    expect(examples).toHaveLength(7)
  })

  test.for(examples)('$command', async ({ command, output }, { skip }) => {
    if (OBSTACLE) skip(OBSTACLE)
    expectOutput(await run(command, service.origin), output)
  })
})

describe('the README, from top to bottom', () => {
  const examples = readExamples('README.md')
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
  const env = { DATABASE_URL: `sqlite:${join(folder, 'incidents.db')}` }
  let server: Server
  beforeAll(async () => {
    server = await startServer(env)
  })
  afterAll(async () => {
    server.process.kill('SIGKILL')
    await server.ended
    rmSync(folder, { recursive: true, force: true })
  })

  test('starts with two commands, queries, imports, and queries what was imported', () => {
    const commands = readBlocks('README.md').filter(({ language }) => language === 'sh')
    expect(commands.slice(0, 2).map(({ content }) => content.replace(/ +#.*/, ''))).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
    ])
    expect(examples.map(({ command }) => command.split(' ')[0])).toEqual(['curl', 'npm', 'curl'])
  })

  test.for(examples)('$command', async ({ command, output }, { skip }) => {
    if (OBSTACLE) skip(OBSTACLE)
    expectOutput(await run(command, server.origin, env), output)
  })
})
