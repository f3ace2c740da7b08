import { appendFileSync, createReadStream, createWriteStream, truncateSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeUcdpFile } from '../../bench/ucdp-file.ts'
import { expectNoStack, ServedDatabase } from '../support/damage.ts'
import { runIncidents } from '../support/process.ts'

const DATABASE = new ServedDatabase()

/** Enough rows for indexes to be dropped during the import; they must exist again afterwards. */
const ROWS = Number(process.env.LATE_DAMAGE_ROWS ?? 60_000)
/** Limit of a command in milliseconds, with a wide margin. */
const LIMIT_MS = 60_000 + 3 * ROWS

describe('damage at the end of a large file leaves the database unchanged', () => {
  const folder = DATABASE.files.newFolder()
  const plain = join(folder, 'damaged.csv')
  const packed = join(folder, 'damaged.csv.gz')

  beforeAll(async () => {
    await writeUcdpFile(plain, ROWS)
    await pipeline(createReadStream(plain), createGzip({ level: 1 }), createWriteStream(packed))
    truncateSync(packed, (await stat(packed)).size - 20)
    appendFileSync(plain, 'Total,9\r\n')
  }, LIMIT_MS)

  test.each([
    [
      'a wrong row',
      plain,
      /damaged\.csv, line \d+: "Total,9" has 2 cells, the header has 49\nincidents: .* not imported/,
    ],
    ['a truncated file', packed, /^incidents: .*damaged\.csv\.gz is cut short[^\n]*\n$/m],
  ])('%s', { timeout: 2 * LIMIT_MS }, async (_, path, cause) => {
    const before = await DATABASE.readState()
    const outcome = await runIncidents(['import', path], { env: DATABASE.env, limit: LIMIT_MS })
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toMatch(cause)
    expectNoStack(outcome)
    expect(await DATABASE.readState()).toEqual(before)
    expect(await DATABASE.run('check')).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
  })
})
