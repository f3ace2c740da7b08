import type { StatsTotal } from '../../stats/stats.schema.ts'
import type { StatsPage } from '../answers.ts'
import { useApi } from '../shared/api.ts'
import { rangeText } from '../shared/range.tsx'
import { apiPath, useLocation } from '../shared/location.ts'
import { Status } from '../shared/error-message.tsx'
import { days, number, STRINGS } from '../shared/strings.ts'

/** The sums of the records that the filters leave, nobody counted twice; reported totals beside them. */
export function Summary() {
  const { params } = useLocation()
  const asked = useApi<StatsPage>(
    apiPath('stats', params, { metrics: 'incidents,fatalities,injured', limit: '1' }),
  )
  const { answer, isWaiting } = asked
  const sums = answer?.total ? [{ dataset: '', ...answer.total }] : (answer?.by_dataset ?? [])
  return (
    <section class="summary" aria-label={STRINGS.figures} aria-busy={isWaiting}>
      <Status asked={asked} />
      {!answer && !asked.failure && <p class="muted">{STRINGS.loading}…</p>}
      {answer && <Hints hints={answer.hints} />}
      {sums.map(({ dataset, ...sum }) => (
        <Sums key={dataset} dataset={dataset} sum={sum} />
      ))}
      {sums.length > 1 && <p class="note">{STRINGS.sideBySide}</p>}
      {answer && answer.tolls.length > 0 && (
        <details class="tolls">
          <summary>
            {STRINGS.tolls} ({answer.tolls.length})
          </summary>
          <ul>
            {answer.tolls.map(({ id, title, date_start, date_end, fatalities, accounted }) => (
              <li key={id}>
                <bdi>{title}</bdi>, {days(date_start, date_end)}:{' '}
                {STRINGS.accounted(rangeText(accounted), rangeText(fatalities))}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** What was probably meant, where the filters find less than they could. */
function Hints({ hints }: { hints: StatsPage['hints'] }) {
  const { change } = useLocation()
  return (
    <>
      {hints.map(({ parameter, message, suggestions }) => (
        <p key={parameter} class="note" role="status">
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

function Sums({ dataset, sum }: { dataset: string; sum: StatsTotal }) {
  const { records, incidents, fatalities, injured } = sum
  if (records === 0) return <p>{STRINGS.nothing}</p>
  return (
    <dl class="sums">
      {dataset && <dt class="of">{dataset}</dt>}
      <div>
        <dt>{STRINGS.table}</dt>
        <dd>{number(records)}</dd>
      </div>
      <div>
        <dt>{STRINGS.attacks}</dt>
        <dd>{rangeText(incidents)}</dd>
      </div>
      <div>
        <dt>{STRINGS.killed}</dt>
        <dd>{rangeText(fatalities)}</dd>
      </div>
      <div>
        <dt>{STRINGS.injured}</dt>
        <dd>{rangeText(injured)}</dd>
      </div>
    </dl>
  )
}
