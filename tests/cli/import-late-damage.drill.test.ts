import { appendFileSync, createReadStream, createWriteStream, truncateSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeUcdpFile } from '../../bench/ucdp-file.ts'
import { expectNoStack, ServedDatabase } from '../support/damage.ts'
import { incidents } from '../support/process.ts'

const DATABASE = new ServedDatabase()

/** So many that indexes are set aside while they are written: they must be there again afterwards. */
const ROWS = Number(process.env.LATE_DAMAGE_ROWS ?? 60_000)
/** How long a command may take, in milliseconds: far longer than it should. */
const LONGEST = 60_000 + 3 * ROWS

describe('damage at the end of a large file leaves the database as it was', () => {
  const folder = DATABASE.files.newFolder()
  const plain = join(folder, 'damaged.csv')
  const packed = join(folder, 'damaged.csv.gz')

  beforeAll(async () => {
    await writeUcdpFile(plain, ROWS)
    await pipeline(createReadStream(plain), createGzip({ level: 1 }), createWriteStream(packed))
    truncateSync(packed, (await stat(packed)).size - 20)
    appendFileSync(plain, 'Total,9\r\n')
  }, LONGEST)

  test.each([
    [
      'a wrong row',
      plain,
      /damaged\.csv, line \d+: "Total,9" has 2 cells, the header has 49\nincidents: .* not imported/,
    ],
    ['a file that is cut short', packed, /^incidents: .*damaged\.csv\.gz is cut short[^\n]*\n$/m],
  ])('%s', { timeout: 2 * LONGEST }, async (_, path, cause) => {
    const before = await DATABASE.served()
    const outcome = await incidents(['import', path], { env: DATABASE.env, limit: LONGEST })
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toMatch(cause)
    expectNoStack(outcome)
    expect(await DATABASE.served()).toEqual(before)
    expect(await DATABASE.run('check')).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
  })
})
