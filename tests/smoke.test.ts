import { expect, test } from 'vitest'
import { OpenApiOracle } from './support/openapi.ts'
import { startService } from './support/service.ts'

test('x', async () => {
  const s = await startService()
  const o = await OpenApiOracle.of(s.origin)
  for (const p of [
    '/v1/incidents',
    '/v1/incidents?format=geojson',
    '/v1/incidents/seed:samarra-2017-01-02',
    '/v1/tolls',
    '/v1/tolls/seed:baghdad-bombings-2016-12-31',
    '/v1/places?q=bag',
    '/v1/places',
    '/v1/actors',
    '/v1/sources',
    '/v1/datasets',
    '/v1/event-types',
    '/',
    '/livez',
    '/readyz',
    '/metrics',
    '/v1/incidents?citty=3',
    '/v1/incidents/x',
    '/v1/incidents?expand=claims&fields=id,claims.low',
    '/v1/incidents?format=csv',
    '/v1/incidents?format=ndjson',
  ]) {
    const { response, body } = await o.fetch(s.origin + p)
    console.log(p, response.status, JSON.stringify(body).slice(0, 300))
  }
  await s.close()
})
