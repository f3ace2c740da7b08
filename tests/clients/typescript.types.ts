import type { ConflictIncidents } from '../../clients/typescript/src/index.ts'

/**
 * Never run: `npm run lint` fails unless every line after `@ts-expect-error` is an error, and the others are not.
 */
export async function useTypes(client: ConflictIncidents) {
  const { data, page, hints } = await client.get('/v1/incidents', {
    query: {
      city: ['Samarra'],
      event_type: ['battles'],
      bbox: [40, 30, 50, 40],
      deaths_min: 1,
      sort: '-deaths',
      total: 'exact',
    },
  })
  const total: number | undefined = page.total
  const [hint] = hints
  const message: string | undefined = hint?.message
  const best: number | null | undefined = data[0]?.fatalities?.best

  const path = { id: 'seed:samarra-2017-01-02' }
  const { claims } = await client.get('/v1/incidents/{id}', { path, query: { expand: ['provenance'] } })
  const claimants: string[] = claims.map(({ claimant }) => claimant)

  const selected = await client.get('/v1/incidents', { query: { fields: ['id', 'place.name'] } })
  const id: string | undefined = selected.data[0]?.id
  // @ts-expect-error under `fields` a property may be missing
  const name: string = selected.data[0].place.name

  for await (const { incidents, by } of client.items('/v1/stats', { query: { group_by: ['country'] } }))
    console.log(incidents?.best.toFixed(), by.country)
  for await (const { title } of await client.stream('/v1/incidents', { query: { country: ['IQ'] as const } }))
    console.log(title?.length)
  for await (const { total } of client.pages('/v1/stats')) console.log(total?.records)
  for await (const { aliases } of client.items('/v1/places')) console.log(aliases.length)
  for await (const { id } of client.items('/v1/event-types')) console.log(id.length)
  const { data: facets } = await client.get('/v1/facets', { query: { fields: ['country'] } })
  const values: unknown[] | undefined = facets[0]?.values
  await client.download('/v1/incidents', 'parquet')
  await client.download('/v1/datasets/{id}/citation', 'bibtex', { path: { id: 'seed' } })

  // @ts-expect-error an unknown path
  await client.get('/v1/attacks')
  // @ts-expect-error an unknown parameter
  await client.get('/v1/incidents', { query: { town: ['Samarra'] } })
  // @ts-expect-error an unknown parameter next to a known one
  await client.get('/v1/incidents', { query: { city: ['Samarra'], town: ['Samarra'] } })
  // @ts-expect-error an unknown parameter next to fields
  client.items('/v1/incidents', { query: { fields: ['id'], town: ['Samarra'] } })
  // @ts-expect-error a value that is not in the vocabulary
  await client.get('/v1/incidents', { query: { event_type: ['bombings'] } })
  // @ts-expect-error an unknown field
  await client.get('/v1/incidents', { query: { fields: ['casualties'] } })
  // @ts-expect-error a text where a number is wanted
  await client.get('/v1/incidents', { query: { deaths_min: 'many' } })
  // @ts-expect-error a text where a list is wanted
  await client.get('/v1/incidents', { query: { country: 'Congo, Democratic Republic of the' } })
  // @ts-expect-error the id is missing
  await client.get('/v1/incidents/{id}')
  // @ts-expect-error the id is missing
  await client.get('/v1/incidents/{id}', { query: {} })
  // @ts-expect-error a path without parameters
  await client.get('/v1/incidents', { path })
  // @ts-expect-error the format is that of the method
  await client.get('/v1/incidents', { query: { format: 'csv' } })
  // @ts-expect-error not a list
  client.items('/v1/incidents/{id}', { path })
  // @ts-expect-error not in NDJSON
  await client.stream('/v1/places')
  // @ts-expect-error not a format of incidents
  await client.download('/v1/incidents', 'bibtex')
  // @ts-expect-error not in JSON
  await client.get('/v1/cite')
  // @ts-expect-error the number killed may be unknown
  const killed: number = data[0].fatalities.best
  return { best, claimants, id, killed, message, name, total, values }
}
