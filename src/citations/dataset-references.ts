import type { DatasetCitation } from '../http/formats/dataset-citation.ts'
import type { Author, Reference } from './reference.ts'

const person = (family: string, given: string): Author => ({ family, given })
const organisation = (literal: string): Author => ({ literal })

/** What the publishers of data sets ask to be cited, by id of the data set. */
const PUBLISHED: Readonly<Record<string, Omit<Reference, 'id'>>> = {
  'ucdp-ged': {
    type: 'article-journal',
    title: 'Introducing the UCDP Georeferenced Event Dataset',
    author: [person('Sundberg', 'Ralph'), person('Melander', 'Erik')],
    issued: [2013],
    'container-title': 'Journal of Peace Research',
    volume: '50',
    issue: '4',
    page: '523-532',
    DOI: '10.1177/0022343313484347',
  },
  acled: {
    type: 'article-journal',
    title:
      'Political instability patterns are obscured by conflict dataset scope conditions, sources, and coding choices',
    author: [person('Raleigh', 'Clionadh'), person('Kishi', 'Roudabeh'), person('Linke', 'Andrew')],
    issued: [2023],
    'container-title': 'Humanities and Social Sciences Communications',
    volume: '10',
    page: '74',
    DOI: '10.1057/s41599-023-01559-4',
  },
  gtd: {
    type: 'dataset',
    title: 'Global Terrorism Database 1970–2020',
    author: [
      organisation('START (National Consortium for the Study of Terrorism and Responses to Terrorism)'),
    ],
    issued: [2022],
    publisher: 'University of Maryland',
    URL: 'https://www.start.umd.edu/gtd',
  },
  ibc: {
    type: 'dataset',
    title: 'Incidents database',
    author: [organisation('Iraq Body Count')],
    URL: 'https://www.iraqbodycount.org/database/',
  },
  awsd: {
    type: 'dataset',
    title: 'Aid Worker Security Database',
    author: [organisation('Humanitarian Outcomes')],
    URL: 'https://www.aidworkersecurity.org',
  },
  scad: {
    type: 'article-journal',
    title: 'Social Conflict in Africa: A New Database',
    author: [
      person('Salehyan', 'Idean'),
      person('Hendrix', 'Cullen S.'),
      person('Hamner', 'Jesse'),
      person('Case', 'Christina'),
      person('Linebarger', 'Christopher'),
      person('Stull', 'Emily'),
      person('Williams', 'Jennifer'),
    ],
    issued: [2012],
    'container-title': 'International Interactions',
    volume: '38',
    issue: '4',
    page: '503-511',
    DOI: '10.1080/03050629.2012.697426',
  },
}

/**
 * Builds the reference of a data set: what its publisher asks to be cited where that is known, with the release that
 * was imported; otherwise its name, with the citation of the registry as a note.
 */
export function buildDatasetReference({ id, name, version, citation }: DatasetCitation): Reference {
  const published = PUBLISHED[id]
  return {
    id,
    ...(published ?? { type: 'dataset', title: name, author: [], note: citation }),
    ...(version !== null && { version }),
  }
}
