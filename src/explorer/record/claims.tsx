import type { Claim } from '../../figures/claim.schema.ts'
import type { IncidentDetail } from '../../incidents/incident.schema.ts'
import { formatNumber } from '../shared/format.ts'
import { STRINGS } from '../shared/strings.ts'

/** The table of claims: claimant, source and what is claimed. */
export function Claims({ record: { claims, sources, actors } }: { record: IncidentDetail }) {
  if (claims.length === 0) return null
  const findActor = (id: string | null) => actors.find((actor) => actor.id === id)?.name ?? id
  /** Publisher and paragraph; the publisher is left out where it is the claimant itself. */
  const describeSource = ({ source_id, claimant, paragraph }: Claim) => {
    const publisher = sources.find(({ id }) => id === source_id)?.publisher ?? source_id
    return [publisher !== claimant && publisher, paragraph !== null && STRINGS.paragraph(paragraph)]
      .filter(Boolean)
      .join(', ')
  }
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
                <bdi class="muted">{describeSource(claim)}</bdi>
              </td>
              <td>
                {describeClaim(claim, findActor(claim.actor_id) ?? STRINGS.unknownActor)}
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

function describeClaim(claim: Claim, actor: string): string {
  const { measure, qualifier, claimant_actor, actor_id } = claim
  const group = claim.group && claim.group !== 'all' ? STRINGS.groups[claim.group].toLowerCase() : ''
  if (qualifier === 'declined_to_say') return STRINGS.declined[measure](group)
  if (measure === 'responsibility') {
    const isOwn = actor_id !== null && claimant_actor === actor_id
    const statement = isOwn ? STRINGS.claimsResponsibility : STRINGS.namesResponsible(actor)
    return qualifier === 'some' ? `${statement} ${STRINGS.forSomeAttacks}` : statement
  }
  return [
    STRINGS.qualifiers[qualifier],
    formatAmount(claim),
    STRINGS.measures[measure],
    group && `(${group})`,
  ]
    .filter(Boolean)
    .join(' ')
}

function formatAmount({ low, high, qualifier }: Claim): string {
  if (low === null) return ''
  // "More than 60" is stored as low 61.
  if (qualifier === 'more_than') return formatNumber(low - 1)
  return high === null || high === low ? formatNumber(low) : `${formatNumber(low)}–${formatNumber(high)}`
}
