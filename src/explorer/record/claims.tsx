import type { Claim } from '../../figures/claim.schema.ts'
import type { IncidentDetail } from '../../incidents/incident.schema.ts'
import { number, STRINGS } from '../shared/strings.ts'

/** The claims side by side: who says what, of whom, where. */
export function Claims({ record: { claims, sources, actors } }: { record: IncidentDetail }) {
  const actor = (id: string | null) => actors.find((one) => one.id === id)?.name ?? id ?? ''
  /** Where it was said; a data set that makes a claim of its own is not named again. */
  const sourceOf = ({ source_id, claimant, paragraph }: Claim) => {
    const publisher = sources.find(({ id }) => id === source_id)?.publisher ?? source_id
    return [publisher !== claimant && publisher, paragraph !== null && STRINGS.paragraph(paragraph)]
      .filter(Boolean)
      .join(', ')
  }
  if (claims.length === 0) return null
  return (
    <section>
      <h3>{STRINGS.claims}</h3>
      <table class="claims">
        <thead>
          <tr>
            <th scope="col">{STRINGS.claimant}</th>
            <th scope="col">{STRINGS.claim}</th>
          </tr>
        </thead>
        <tbody>
          {claims.map((claim) => (
            <tr key={claim.id}>
              <td>
                <bdi>{claim.claimant}</bdi>
                <br />
                <bdi class="muted">{sourceOf(claim)}</bdi>
              </td>
              <td>
                {claimText(claim, actor(claim.actor_id))}
                {claim.note && (
                  <>
                    <br />
                    <bdi class="muted">{claim.note}</bdi>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function claimText({ measure, group, low, high, qualifier }: Claim, actor: string): string {
  const amount =
    low === null ? '' : high === null || high === low ? number(low) : `${number(low)}–${number(high)}`
  // "More than 60" is stored as at least 61.
  const words =
    qualifier === 'more_than' && low !== null ? `${STRINGS.qualifiers.more_than} ${number(low - 1)}` : ''
  const said = words || [STRINGS.qualifiers[qualifier], amount].filter(Boolean).join(' ')
  const of = group && group !== 'all' ? `(${STRINGS.groups[group].toLowerCase()})` : ''
  return [said, STRINGS.measures[measure], of, actor].filter(Boolean).join(' ')
}
