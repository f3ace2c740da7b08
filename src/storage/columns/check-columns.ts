import type { SumLimits } from '../contract/storage.ts'
import type { ColumnFiles } from './column-files.ts'
import { FILLED } from './column-schema.ts'
import type { ColumnSource } from './column-source.ts'
import { ColumnWriter, withNewFile } from './column-writer.ts'
import { DuckDb, quoteText } from './duckdb.ts'

/**
 * Compares the file of a state, where there is one, with the records: the names of the tables that differ, or what is
 * wrong with the file.
 */
export async function checkColumns(
  files: ColumnFiles,
  source: ColumnSource,
  limits: SumLimits,
): Promise<string[]> {
  if (!files.has(source.state)) return []
  const database = await DuckDb.open(limits)
  try {
    return await withNewFile(files, source, database, async (part) => {
      await database.execute(`ATTACH ${quoteText(part)} AS columns; USE columns`)
      await new ColumnWriter(database, source, `${part}.csv`).fillAll()
      return findDifferences(database, files.pathOf(source.state))
    })
  } finally {
    database.close()
  }
}

/** Compares the tables of `columns` with those of a file. */
async function findDifferences(database: DuckDb, path: string): Promise<string[]> {
  try {
    await database.execute(`ATTACH ${quoteText(path)} AS stored (READ_ONLY)`)
    const differing: string[] = []
    for (const table of Object.keys(FILLED)) {
      const digest = (from: string) => `(SELECT (count(*), sum(hash(each))) FROM ${from}.${table} AS each)`
      const [row] = await database.all<{ differs: number }>(
        `SELECT CASE WHEN ${digest('columns')} IS DISTINCT FROM ${digest('stored')} THEN 1 ELSE 0 END AS differs`,
      )
      if (row?.differs) differing.push(`${table}: the columns differ from the records`)
    }
    return differing
  } catch (error) {
    return [(error as Error).message.split('\n', 1)[0] ?? '']
  }
}
