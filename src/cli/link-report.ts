import type { Link } from '../links/link.schema.ts'
import type { SuggestReport } from '../links/link.store.ts'
import type { LinkComponent } from '../links/scoring/component.ts'

/** What finding links did, in lines. */
export function suggestSummary(report: SuggestReport, dryRun: boolean): string {
  const { records, compared: weighed, added, updated, unchanged, removed, kept, best } = report
  return [
    `records ${records}, pairs weighed ${weighed}${dryRun ? ' (nothing was written)' : ''}`,
    `  suggested new ${added}, updated ${updated}, unchanged ${unchanged}, removed ${removed}; decided and kept ${kept}`,
    ...best.map((link) => `  ${lineOf(link)}`),
  ].join('\n')
}

/** A link in a line. */
export function lineOf({ a_id, b_id, score }: Pick<Link, 'a_id' | 'b_id' | 'score'>): string {
  return `${score.toFixed(2)}  ${a_id}  ${b_id}`
}

/** What a score is made of, a line each. */
export function componentLines(components: readonly LinkComponent[]): string[] {
  return components.map(({ name, score, weight, reason }) => {
    const shown = score === null ? '   –         ' : `${score.toFixed(2)} × ${weight.toFixed(2)}  `
    return `  ${name.padEnd(10)}  ${shown}${reason}`
  })
}

/** Every decision about a link, a line each. */
export function decisionLines({ decisions }: Pick<Link, 'decisions'>): string[] {
  return decisions.map(({ status, decided_at, decided_by, note }) =>
    [`  ${decided_at}  ${status}`, decided_by && `by ${decided_by}`, note && `(${note})`]
      .filter(Boolean)
      .join(' '),
  )
}
