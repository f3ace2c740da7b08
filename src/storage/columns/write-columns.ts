import { constants, copyFileSync, renameSync } from 'node:fs'
import type { ColumnFiles } from './column-files.ts'
import type { ColumnSource } from './column-source.ts'
import { ColumnWriter, withNewFile } from './column-writer.ts'
import { type DuckDb, quoteText } from './duckdb.ts'

/**
 * Writes the file of a state: from that of an earlier state where one is known, else from all records. It is there when
 * it is complete; those of states that were left long ago are removed then. The database is closed if that fails.
 */
export async function writeColumns(
  files: ColumnFiles,
  source: ColumnSource,
  database: DuckDb,
): Promise<void> {
  await withNewFile(files, source, database, async (part) => {
    const writer = new ColumnWriter(database, source, `${part}.csv`)
    const base = copyBase(files, source, part)
    // In one transaction: each is written to disk, and waits for it.
    await database.execute(`ATTACH ${quoteText(part)} AS columns; USE columns; BEGIN`)
    if (!base || !(await writer.change(base.changed))) await writer.fillAll()
    await database.execute('COMMIT; CHECKPOINT; USE memory; DETACH columns')
    renameSync(part, files.pathOf(source.state))
  })
  files.removeOld()
}

/** Copies the file to start from, if there is one; the keys that have changed since. */
function copyBase(files: ColumnFiles, source: ColumnSource, part: string): { changed: number[] } | null {
  const base = findBase(files, source)
  if (!base) return null
  try {
    copyFileSync(files.pathOf(base.state), part, constants.COPYFILE_FICLONE)
    return base
  } catch (error) {
    // Another process has removed it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The file of the state from which the fewest incidents have changed since. */
function findBase(files: ColumnFiles, source: ColumnSource): { state: string; changed: number[] } | null {
  const known = files.states().flatMap((state) => {
    const changed = source.changesSince(state)
    return changed ? [{ state, changed }] : []
  })
  return known.sort((a, b) => a.changed.length - b.changed.length)[0] ?? null
}
