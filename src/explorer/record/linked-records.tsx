import type { RecordLink } from '../../incidents/incident.schema.ts'
import type { TollDetail } from '../../tolls/toll.schema.ts'
import { type Page, useApi } from '../shared/api.ts'
import { formatDays, formatNumber } from '../shared/format.ts'
import { useLocation } from '../shared/location.ts'
import { formatRange } from '../shared/range.tsx'
import { STRINGS } from '../shared/strings.ts'

/** A list of records that opens the one clicked. */
export function RecordList({ name, records }: { name: string; records: readonly RecordLink[] }) {
  const { change } = useLocation()
  if (records.length === 0) return null
  return (
    <section>
      <h3>{name}</h3>
      <ul>
        {records.map(({ id, title, date_start, date_end, fatalities }) => (
          <li key={id}>
            <button type="button" class="link" onClick={() => change({ record: id })}>
              <bdi>{title ?? id}</bdi>
            </button>
            , {formatDays(date_start, date_end)}
            {fatalities && `, ${STRINGS.killed.toLowerCase()} ${formatRange(fatalities)}`}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A list of records of which only the ids are known. */
export function RecordListById({ name, ids }: { name: string; ids: readonly string[] }) {
  const { result } = useApi<Page<RecordLink>>(
    ids.length === 0
      ? null
      : `/v1/incidents?${new URLSearchParams({ id: ids.join(','), limit: '1000', fields: 'id,title,date_start,date_end,fatalities' })}`,
  )
  return <RecordList name={name} records={result?.data ?? []} />
}

/** A reported total and the share of it that recorded incidents account for. */
export function TollShare({ id }: { id: string }) {
  const { result } = useApi<TollDetail>(`/v1/tolls/${encodeURIComponent(id)}`)
  if (!result) return null
  const { title, date_start, date_end, fatalities, accounted, other_datasets } = result
  return (
    <section>
      <h3>{STRINGS.partOf}</h3>
      <p>
        <bdi>{title}</bdi>, {formatDays(date_start, date_end)}
      </p>
      <meter
        min={0}
        max={Math.max(fatalities.best, accounted.best)}
        value={accounted.best}
        aria-label={title}
      />
      <p>{STRINGS.accounted(formatRange(accounted), formatRange(fatalities))}</p>
      {other_datasets.map(({ dataset, records, fatalities }) => (
        <p key={dataset}>{STRINGS.otherDataset(dataset, records, formatNumber(fatalities?.best ?? 0))}</p>
      ))}
    </section>
  )
}
