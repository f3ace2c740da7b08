import { describe, expect, test } from 'vitest'
import { maskSecrets } from '../../../src/http/server/logging.ts'

describe('a logged URL', () => {
  test.each([
    ['/v1/incidents', '/v1/incidents'],
    ['/v1/incidents?city=Baghdad&limit=1', '/v1/incidents?city=Baghdad&limit=1'],
    ['/?api_key=abc', '/?api_key=***'],
    ['/?API-Key=abc&limit=1', '/?API-Key=***&limit=1'],
    ['/?limit=1&access_token=a=b==', '/?limit=1&access_token=***'],
    ['/?token=1&token=2', '/?token=***&token=***'],
    ['/?client_secret=a?b', '/?client_secret=***'],
    ['/?password=p%26q', '/?password=***'],
    ['/?Passwd=p', '/?Passwd=***'],
    ['/?authorization=Bearer%20x', '/?authorization=***'],
    ['/?x-amz-signature=ff', '/?x-amz-signature=***'],
    ['/?email=a%40b.example', '/?email=***'],
    ['/?%74oken=abc', '/?%74oken=***'],
    ['/?%zztoken=abc', '/?%zztoken=***'],
    ['/?token=', '/?token=***'],
    ['/?token', '/?token'],
    ['/?q=token', '/?q=token'],
    ['/token/abc?a=1', '/token/abc?a=1'],
  ])('%s is logged as %s', (url, logged) => {
    expect(maskSecrets(url)).toBe(logged)
  })
})
