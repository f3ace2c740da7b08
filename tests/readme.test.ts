import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Service, startService } from './support/service.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const QUESTIONS = README.slice(README.indexOf('## Five questions'), README.indexOf('## Bring your own data'))

/** Commands and the answers that the README prints for them. */
const examples = [...QUESTIONS.matchAll(/```sh\n(.*?)\n```\n\n```json\n(.*?)\n```/gs)].map(
  ([, command = '', answer = '']) => ({
    command,
    answer,
  }),
)

describe('the README', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service.close())

  test('asks five questions and one for sums', () => {
    expect(examples).toHaveLength(6)
  })

  test.each(examples)('$command', async ({ command, answer }) => {
    const line = command.replaceAll('http://127.0.0.1:3000', service.origin)
    const { stdout } = await promisify(execFile)('bash', ['-c', line])
    // An answer that is a list is the page's data.
    if (answer.startsWith('[')) expect(JSON.parse(stdout).data).toEqual(JSON.parse(answer))
    else expect(stdout.trim()).toBe(answer)
  })
})
