import { statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  DatabaseFiles,
  damage,
  digestContent,
  expectOneLine,
  findProblems,
  run,
  snapshotFile,
  tamper,
  withStorage,
} from '../../support/database.ts'

const FILES = new DatabaseFiles()

describe('check', () => {
  const FIRST = `id = 'seed:samarra-2017-01-02'`
  const DOCUMENT = `(SELECT key FROM incidents WHERE ${FIRST})`

  const LINKED = `INSERT INTO links VALUES
    (1, 'b', 'seed:samarra-2017-01-02', 'suggested', 0.5, '[]', '2026-01-01T00:00:00Z')`
  const DECIDED = `INSERT INTO link_decisions VALUES (1, 1, 'accepted', '2026-01-01T00:00:00Z', NULL, NULL)`

  test.each<[string, string, RegExp]>([
    [
      'a document that breaks its schema',
      `UPDATE documents SET document = json_set(document, '$.kind', 'banana') WHERE key = ${DOCUMENT}`,
      /incidents: seed:samarra-2017-01-02: kind must be one of incident, group/,
    ],
    [
      'a document with an unknown property',
      `UPDATE places SET document = json_set(document, '$.extra', 1) WHERE id = 'geonames:91597'`,
      /places: geonames:91597: extra is not known here/,
    ],
    [
      'a document that is not JSON',
      `UPDATE documents SET document = '{' WHERE key = ${DOCUMENT}`,
      /incidents: seed:samarra-2017-01-02/,
    ],
    [
      'a document under another id',
      `UPDATE actors SET document = json_set(document, '$.id', 'seed:other') WHERE id = 'seed:islamic-state'`,
      /actors: seed:islamic-state/,
    ],
    ["a data set's document", `UPDATE datasets SET document = '{}' WHERE id = 'seed'`, /datasets: seed/],
    ["an event type's document", `UPDATE event_types SET document = '{}' WHERE id = 'battles'`, /battles/],
    [
      "an incident's column",
      `UPDATE incidents SET deaths_best = 999 WHERE ${FIRST}`,
      /incidents: seed:samarra-2017-01-02: the column deaths_best differs from the record/,
    ],
    [
      "an incident's place column",
      `UPDATE incidents SET city_id = NULL WHERE ${FIRST}`,
      /seed:samarra-2017-01-02: the column city_id differs/,
    ],
    [
      "a total's column",
      `UPDATE tolls SET date_start = '1999-01-01'`,
      /tolls: seed:baghdad-bombings.*date_start/,
    ],
    [
      "an actor's column",
      `UPDATE actors SET kind = 'civilians' WHERE id = 'seed:islamic-state'`,
      /islamic-state/,
    ],
    [
      "a place's column",
      `UPDATE places SET admin1_id = 'geonames:IQ.01' WHERE id = 'geonames:98182'`,
      /geonames:98182|column admin1_id differs/,
    ],
    [
      'a key that does not follow the date',
      ['incident_actors', 'incident_sources', 'parts']
        .map((table) => `UPDATE ${table} SET incident_key = incident_key + 5242880;`)
        .concat('UPDATE documents SET key = key + 5242880;', 'UPDATE incidents SET key = key + 5242880')
        .join('\n'),
      /incidents: seed:samarra-2017-01-02: the key does not follow the date/,
    ],
    [
      "an incident's claims",
      `UPDATE documents SET claims = json_array(json_object('id', 'x')) WHERE key = ${DOCUMENT}`,
      /incidents: seed:samarra-2017-01-02: claim: \w+ is required/,
    ],
    [
      "a total's claims",
      `UPDATE tolls SET claims = json_array(json_object('id', 'x'))`,
      /tolls: seed:baghdad-bombings-2016-12-31: claim/,
    ],
    [
      'an incident of a missing actor',
      `DELETE FROM actors WHERE id = 'seed:islamic-state'`,
      /incident_actors: .* refers to a row of actors that is not there/,
    ],
    ['an incident in a missing place', `DELETE FROM places WHERE id = 'geonames:91597'`, /geonames:91597/],
    [
      'a part of a missing whole',
      'DELETE FROM tolls',
      /parts: seed:baghdad-bombings-2016-12-31 is neither a group nor a reported total/,
    ],
    ['a missing row of parts', 'DELETE FROM parts', /part/],
    ["an incident's missing actors", `DELETE FROM incident_actors`, /actor/],
    ["an incident's missing sources", `DELETE FROM incident_sources`, /source/],
    ['an incident missing from full text', 'DELETE FROM incidents_words', /full text does not find/],
    [
      'a remainder of a group without parts',
      `INSERT INTO group_rests (incident_key, incident_count_low) SELECT key, 1 FROM incidents WHERE ${FIRST}`,
      /group_rests/,
    ],
    ['missing names', `DELETE FROM names WHERE entity = 'places'`, /names|places/],
    ['an empty index of names', `INSERT INTO names_trigrams (names_trigrams) VALUES ('delete-all')`, /names/],
    [
      'a document without an incident',
      `INSERT INTO documents VALUES (999, 'seed', '{}', NULL)`,
      /documents: 1 belong to no/,
    ],
    [
      'an incident without its document',
      `DELETE FROM documents WHERE key = ${DOCUMENT}`,
      /incidents: 1 belong to no row of documents/,
    ],
    [
      'a document of another data set than its incident',
      `UPDATE documents SET dataset = 'ucdp-ged' WHERE key = ${DOCUMENT}`,
      /documents: 1 belong to no row of incidents/,
    ],
    [
      'a link to a missing record',
      LINKED.replace("'b'", "'gtd:1'"),
      /links: gtd:1 and seed:samarra-2017-01-02: there is no incident gtd:1/,
    ],
    [
      'a link of records of one data set',
      LINKED.replace("'b'", "'seed:sadr-city-2017-01-02'"),
      /links: seed:sadr-city-2017-01-02 and seed:samarra-2017-01-02: both are of one data set/,
    ],
    ['a link with its ids in the wrong order', LINKED.replace("'b'", "'z:1'"), /the ids are not in order/],
    [
      'a same_as without a link',
      `UPDATE documents SET document = json_set(document, '$.same_as', json('["gtd:1"]')) WHERE key = ${DOCUMENT}`,
      /incidents: seed:samarra-2017-01-02: same_as differs from the accepted links/,
    ],
    [
      'a link that contradicts its last decision',
      `${LINKED}; ${DECIDED}`,
      /the last decision says otherwise/,
    ],
    ['invalid components of a score', LINKED.replace('[]', '[1]'), /components: .* must be object/],
    ['a missing table', 'DROP TABLE incident_sources', /incident_sources/],
    ['a database without an identity', 'DELETE FROM store', /store/],
    [
      'a missing index',
      `PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'incidents_by_city'`,
      /^file: /m,
    ],
  ])('finds %s', async (_, sql, problem) => {
    const path = FILES.copy()
    tamper(path, sql)
    const before = digestContent(path)
    const problems = await withStorage(path, findProblems)
    expect(problems.join('\n')).toMatch(problem)
    expect(problems.join('\n')).not.toMatch(/\b(null|undefined)\b/)
    expect(digestContent(path)).toBe(before)
  })

  test('prints each problem on a line and exits with 1', async () => {
    const path = FILES.copy()
    tamper(path, `UPDATE incidents SET latitude = 1, longitude = 2 WHERE ${FIRST}`)
    expect(await run('check', path)).toEqual({
      code: 1,
      stdout: '2 problems\nDerived data differ from the documents: `incidents rebuild` derives them again\n',
      stderr: [
        'incidents: seed:samarra-2017-01-02: the column latitude differs from the record',
        'incidents: seed:samarra-2017-01-02: the column longitude differs from the record',
      ]
        .map((line) => `${line}\n`)
        .join(''),
    })
  })

  test.concurrent.each([0.2, 0.5, 0.9])('finds a damaged page at %d of the file', async (part) => {
    const path = FILES.copy()
    const page = Math.floor((statSync(path).size * part) / 4096) * 4096
    damage(path, page, page + 4096)
    const before = snapshotFile(path)
    const { code, stderr } = await run('check', path)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^file: |is damaged/m)
    expect(stderr, 'no stack').not.toMatch(/^\s+at /m)
    expect(snapshotFile(path)).toEqual(before)
  })

  test.concurrent('reports a database that was never migrated', async () => {
    expectOneLine(await run('check', FILES.newPath()), /migrate/)
  })
})
