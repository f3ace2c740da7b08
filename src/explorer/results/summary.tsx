import type { StatsTotal } from '../../stats/stats.schema.ts'
import { type StatsPage, useApi } from '../shared/api.ts'
import { ErrorMessage } from '../shared/error-message.tsx'
import { formatDays, formatNumber } from '../shared/format.ts'
import { buildApiPath, useLocation } from '../shared/location.ts'
import { formatRange } from '../shared/range.tsx'
import { STRINGS } from '../shared/strings.ts'

/** The totals of the filtered records, by data set where they cannot be added, and the totals reported by sources. */
export function Summary() {
  const { params } = useLocation()
  const { result, error, isLoading } = useApi<StatsPage>(
    buildApiPath('stats', params, { metrics: 'incidents,fatalities,injured', limit: '1' }),
  )
  const totals = result?.total ? [{ dataset: '', ...result.total }] : (result?.by_dataset ?? [])
  return (
    <section class="summary" aria-label={STRINGS.totals} aria-busy={isLoading}>
      <ErrorMessage error={error} />
      {!result && !error && <p class="muted">{STRINGS.loading}…</p>}
      {result && <Hints hints={result.hints} />}
      {totals.map(({ dataset, ...total }) => (
        <Totals key={dataset} dataset={dataset} total={total} />
      ))}
      {totals.length > 1 && <p class="note">{STRINGS.separateTotals}</p>}
      {(result?.notes ?? []).map(
        ({ code, message }) =>
          code === 'partly_outside_period' && (
            <p key={code} class="note">
              {message}
            </p>
          ),
      )}
      {result && result.tolls.length > 0 && (
        <details>
          <summary>{STRINGS.tolls(result.tolls.length)}</summary>
          <ul>
            {result.tolls.map(({ id, title, date_start, date_end, fatalities, accounted }) => (
              <li key={id}>
                <bdi>{title}</bdi>, {formatDays(date_start, date_end)}:{' '}
                {STRINGS.accounted(formatRange(accounted), formatRange(fatalities))}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** The API's hints on filters that match less than they could, with suggested values to apply. */
function Hints({ hints }: { hints: StatsPage['hints'] }) {
  const { change } = useLocation()
  return (
    <>
      {hints.map(({ parameter, message, suggestions }) => (
        <p key={message} class="note" role="status">
          {message}{' '}
          {suggestions.map((suggestion) => (
            <button
              key={suggestion}
              type="button"
              onClick={() => change({ [parameter]: suggestion, map: null })}
            >
              {STRINGS.didYouMean} <bdi>{suggestion}</bdi>?
            </button>
          ))}
        </p>
      ))}
    </>
  )
}

function Totals({ dataset, total }: { dataset: string; total: StatsTotal }) {
  const { records, incidents, fatalities, injured } = total
  if (records === 0) return <p>{STRINGS.noRecords}</p>
  return (
    <dl class="totals">
      {dataset && <dt class="of">{dataset}</dt>}
      <div>
        <dt>{STRINGS.records}</dt>
        <dd>{formatNumber(records)}</dd>
      </div>
      <div>
        <dt>{STRINGS.attacks}</dt>
        <dd>{formatRange(incidents)}</dd>
      </div>
      <div>
        <dt>{STRINGS.killed}</dt>
        <dd>{formatRange(fatalities)}</dd>
      </div>
      <div>
        <dt>{STRINGS.injured}</dt>
        <dd>{formatRange(injured)}</dd>
      </div>
    </dl>
  )
}
