import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeMediaParameters } from '../../../src/http/requests/accept.ts'
import { type Service, startService } from '../../support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

test.each([
  ['application/json; charset=utf-8', 'application/json'],
  ['application/json;odata=verbose', 'application/json'],
  ['text/csv; charset="utf-8"; header=present;q=0.5, */*;q=0.1', 'text/csv;q=0.5, */*;q=0.1'],
  ['application/json;profile="a,b;c=\\"d\\"",text/csv', 'application/json,text/csv'],
  ['text/html;level=1;Q=0.3', 'text/html;Q=0.3'],
  ['*/*', '*/*'],
])('%s is read as %s', (given, read) => expect(removeMediaParameters(given)).toBe(read))

describe('the Content-Type of a response is accepted', () => {
  test.each([
    '/',
    '/v1/incidents',
    '/v1/incidents?format=geojson',
    '/v1/incidents?format=csv',
    '/v1/incidents?format=ndjson',
    '/v1/incidents?format=parquet',
    '/v1/incidents/seed:samarra-2017-01-02',
    '/v1/stats?format=csv',
    '/v1/datasets',
  ])('of %s', async (url) => {
    const type = (await fetch(`${service.origin}${url}`)).headers.get('content-type') ?? ''
    const again = await fetch(`${service.origin}${url.replace(/\?format=\w+/, '')}`, {
      headers: { accept: type },
    })
    expect(again.status).toBe(200)
    expect(again.headers.get('content-type')).toBe(type)
  })

  test.each([
    ['/', 'text/html; charset=utf-8', 'text/html; charset=utf-8'],
    ['/v1/incidents', 'application/json;odata=verbose', 'application/json; charset=utf-8'],
    [
      '/v1/incidents',
      'text/csv;charset=utf-8;q=0.9, application/json;q=0.1',
      'text/csv; charset=utf-8; header=present',
    ],
  ])('%s accepts %s', async (url, accept, type) => {
    const response = await fetch(`${service.origin}${url}`, { headers: { accept } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(type)
  })
})
