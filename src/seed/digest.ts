import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { RELEASE } from '../release.ts'

const FOLDER = new URL('../../seed/', import.meta.url)

/** Hashes everything that the seed depends on: the files of seed/ and the release. */
export function seedDigest(folder: URL = FOLDER): string {
  const hash = createHash('sha256').update(RELEASE)
  for (const file of readdirSync(folder).sort())
    if (file.endsWith('.json')) hash.update(`\n${file}\n`).update(readFileSync(new URL(file, folder)))
  return hash.digest('base64url')
}
