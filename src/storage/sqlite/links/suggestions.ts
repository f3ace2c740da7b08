import { selectPairs } from '../../../links/link.eligibility.ts'
import { type FoundLink, LinkFinder } from '../../../links/link.finder.ts'
import type { SuggestReport, SuggestRequest } from '../../../links/link.store.ts'
import { scorePair } from '../../../links/scoring/score.ts'
import { serialize } from '../../../records.ts'
import { allOf, oneOf, type SqlFragment } from '../../sql/fragment.ts'
import { Connection } from '../database/connection.ts'
import { finalizeChange } from '../writing/finalize.ts'
import { stampChange } from '../writing/stamp.ts'
import { linkCandidates } from './candidates.ts'

/** Records after which progress is reported again. */
const PROGRESS_INTERVAL = 1000
/** The number of the best links in the report. */
const MAX_BEST = 5

/** Finds links and stores them; see `Storage.suggestLinks`. */
export function suggestLinks(path: string, request: SuggestRequest, at: Date): SuggestReport {
  // What is found waits in a temporary table on disk, for it may be much.
  const writer = new Connection(path, 'bulk')
  const reader = new Connection(path, 'read')
  try {
    writer.execute(request.dryRun ? 'BEGIN' : 'BEGIN IMMEDIATE')
    const found = find(reader, writer, request)
    const report = { ...found, ...compare(writer, request) }
    if (!request.dryRun && report.added + report.updated + report.removed > 0) {
      store(writer, stampChange(writer, at))
      writer.execute('COMMIT')
    } else writer.execute('ROLLBACK')
    return report
  } finally {
    reader.close()
    // Takes back what was not committed.
    writer.close()
  }
}

function find(
  reader: Connection,
  writer: Connection,
  { datasets, days, minScore, onProgress }: SuggestRequest,
): Pick<SuggestReport, 'records' | 'compared'> {
  writer.execute(`CREATE TEMP TABLE found
    (a_id TEXT, b_id TEXT, score REAL, components TEXT, PRIMARY KEY (a_id, b_id)) WITHOUT ROWID`)
  const insertion = 'INSERT INTO found (a_id, b_id, score, components) VALUES (?, ?, ?, ?)'
  const keep = ({ a, b, score }: FoundLink) =>
    writer.run(insertion, a.id, b.id, score, serialize(scorePair(a, b).components))
  const finder = new LinkFinder({ days, minScore, isWanted: selectPairs(datasets) })
  // Of several data sets nothing else can be linked. The plus keeps the scan in the order of the table.
  const where = datasets.length > 1 ? oneOf('+incidents.dataset', datasets) : allOf([])
  const total =
    reader.get<{ n: number }>(`SELECT count(*) AS n FROM incidents WHERE ${where.sql}`, ...where.values)?.n ??
    0
  let records = 0
  for (const record of linkCandidates(reader, where)) {
    for (const link of finder.add(record)) keep(link)
    records += 1
    if (records % PROGRESS_INTERVAL === 0) onProgress(records, total)
  }
  for (const link of finder.end()) keep(link)
  return { records, compared: finder.compared }
}

/** Compares what was found with what is stored; suggestions that go are noted in a temporary table. */
function compare(
  writer: Connection,
  { datasets }: SuggestRequest,
): Omit<SuggestReport, 'records' | 'compared'> {
  const scope = scopeOf(datasets)
  // A decision that was taken back is kept; links of an incident that is gone go in any case.
  writer.execute('CREATE TEMP TABLE gone (key INTEGER PRIMARY KEY)')
  writer.run(
    `INSERT INTO gone SELECT links.key FROM links
     LEFT JOIN incidents AS a ON a.id = a_id LEFT JOIN incidents AS b ON b.id = b_id
     WHERE status = 'suggested' AND (a.id IS NULL OR b.id IS NULL OR (${scope.sql}
       AND NOT EXISTS (SELECT 1 FROM found WHERE found.a_id = links.a_id AND found.b_id = links.b_id)
       AND NOT EXISTS (SELECT 1 FROM link_decisions WHERE link_key = links.key)))`,
    ...scope.values,
  )
  const count = (sql: string) => writer.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? 0
  const both = 'found JOIN links USING (a_id, b_id)'
  const differs = '(links.score <> found.score OR links.components <> found.components)'
  return {
    added: count('found LEFT JOIN links USING (a_id, b_id) WHERE links.key IS NULL'),
    updated: count(`${both} WHERE status = 'suggested' AND ${differs}`),
    unchanged: count(`${both} WHERE status = 'suggested' AND NOT ${differs}`),
    removed: count('gone'),
    kept: count(`links WHERE status <> 'suggested'`),
    best: writer.all(
      `SELECT a_id, b_id, found.score AS score FROM found LEFT JOIN links USING (a_id, b_id)
       WHERE coalesce(status, 'suggested') = 'suggested' ORDER BY found.score DESC, a_id, b_id LIMIT ${MAX_BEST}`,
    ),
  }
}

/** Links of the data sets, by those of their incidents. */
function scopeOf(datasets: readonly string[]): SqlFragment {
  if (datasets.length === 0) return allOf([])
  const [a, b] = [oneOf('a.dataset', datasets), oneOf('b.dataset', datasets)]
  const joint = datasets.length > 1 ? 'AND' : 'OR'
  return { sql: `((${a.sql}) ${joint} (${b.sql}))`, values: [...a.values, ...b.values] }
}

function store(writer: Connection, now: string): void {
  writer.execute(`
    DELETE FROM link_decisions WHERE link_key IN (SELECT key FROM gone);
    DELETE FROM links WHERE key IN (SELECT key FROM gone);
    UPDATE links SET score = found.score, components = found.components FROM found
      WHERE found.a_id = links.a_id AND found.b_id = links.b_id AND status = 'suggested';`)
  writer.run(
    `INSERT INTO links (a_id, b_id, status, score, components, suggested_at)
     SELECT a_id, b_id, 'suggested', score, components, ? FROM found WHERE TRUE
     ORDER BY a_id, b_id ON CONFLICT DO NOTHING`,
    now,
  )
  finalizeChange(writer, { now })
}
