import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { setUpServers } from '../support/process.ts'

const RULES = fileURLToPath(new URL('../../deploy/alerts.yml', import.meta.url))
const CASES = fileURLToPath(new URL('alerts.cases.yml', import.meta.url))
const { seededPath, serve } = setUpServers()

/** The expressions of all alerts, by name. */
const alerts: { alert: string; expr: string }[] = parse(readFileSync(RULES, 'utf8')).groups[0].rules

const promtool = (...args: string[]) => promisify(execFile)('promtool', args)

/** Why promtool cannot be used; null if it can. */
const findObstacle = () =>
  promtool('--version').then(
    () => null,
    () => 'promtool (of Prometheus) is not installed',
  )

describe('the example alerts', () => {
  test('use metrics that the service has', async () => {
    const { origin } = await serve(await seededPath())
    await (await fetch(`${origin}/v1/incidents`)).text()
    const text = await (await fetch(`${origin}/metrics`)).text()
    const names = new Set(
      alerts.flatMap(({ expr }) => expr.match(/\b(?:http|incidents|nodejs|process)_\w+/g) ?? []),
    )
    expect(names.size).toBeGreaterThan(6)
    const unknown = [...names].filter((name) => !new RegExp(`^(# TYPE )?${name}[ {]`, 'm').test(text))
    expect(unknown).toEqual([])
  })

  test('are valid rules, which fire when they should', async ({ skip }) => {
    const obstacle = await findObstacle()
    if (obstacle) skip(obstacle)
    expect((await promtool('check', 'rules', RULES)).stdout).toContain(`${alerts.length} rules found`)
    const { tests } = parse(readFileSync(CASES, 'utf8')) as {
      tests: { alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[] }[]
    }
    const fired = tests
      .flatMap(({ alert_rule_test = [] }) => alert_rule_test)
      .filter(({ exp_alerts = [] }) => exp_alerts.length > 0)
    expect(new Set(fired.map(({ alertname }) => alertname))).toEqual(
      new Set(alerts.map(({ alert }) => alert)),
    )
    await promtool('test', 'rules', CASES)
  })
})
