import type { IncidentDetail } from '../../incidents/incident.schema.ts'
import { type Page, useApi } from '../shared/api.ts'
import { STRINGS } from '../shared/strings.ts'

/** The sources of a record, linked where they have an address. */
export function Sources({ sources }: { sources: IncidentDetail['sources'] }) {
  if (sources.length === 0) return null
  return (
    <section>
      <h3>{STRINGS.sources}</h3>
      <ul>
        {sources.map(({ id, publisher, title, url, published_date }) => {
          const text = [publisher, title, published_date].filter(Boolean).join(', ')
          return (
            <li key={id}>
              {url && /^https?:/.test(url) ? (
                <a href={url} rel="external noreferrer">
                  <bdi>{text}</bdi>
                </a>
              ) : (
                <bdi>{text}</bdi>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Name, citation and licence of a data set. */
export function Citation({ dataset: id }: { dataset: string }) {
  const { result } = useApi<{ data: Page<never>['datasets'] }>('/v1/datasets')
  const dataset = result?.data.find((one) => one.id === id)
  if (!dataset) return null
  return (
    <section>
      <h3>{dataset.name}</h3>
      <p>
        {STRINGS.citation}: <bdi>{dataset.citation}</bdi>
      </p>
      <p>
        {STRINGS.licence}: {dataset.licence}
      </p>
    </section>
  )
}

/** How figures, dates, precision and place follow from the imported row. */
export function Derivation({ provenance }: { provenance: NonNullable<IncidentDetail['provenance']> }) {
  return (
    <details>
      <summary>{STRINGS.derivation}</summary>
      <dl class="original">
        {provenance.map(({ property, columns, rule, match }) => (
          <div key={property}>
            <dt>{property}</dt>
            <dd dir="auto">
              {columns.map(({ column, value }) => `${column}: ${value || '–'}`).join('; ')}. {rule}
              {match && ` ${STRINGS.placeMatches[match.how]}`}
              {match?.distance_km != null && `, ${match.distance_km} km`}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

/** The columns of the imported row that the record was built from. */
export function OriginalRow({ row }: { row: NonNullable<IncidentDetail['original']> }) {
  return (
    <details>
      <summary>{STRINGS.originalRow}</summary>
      <dl class="original">
        {Object.entries(row).map(([column, cell]) => (
          <div key={column}>
            <dt>{column}</dt>
            <dd dir="auto">{cell || '–'}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
