/** A request as the documentation page has it, where it is an Immutable map: functions that get it run in both. */
export interface SampleRequest {
  get(name: 'url'): string
  get(name: 'headers'): { get(name: 'accept'): string | undefined } | undefined
}

interface Language {
  /** Its name in `x-codeSamples`, as Redoc and other tools write it. */
  lang: string
  label: string
  /**
   * Renders the code that sends a request: JSON is parsed, other texts are printed and files saved (in JavaScript, which
   * may run in a page, a Blob). It is sent to the browser as text, so it must not refer to anything outside.
   */
  render: (request: SampleRequest) => string
}

/** The languages of code samples; each needs no more than its standard library, R also jsonlite. */
export const LANGUAGES = {
  curl: {
    lang: 'Shell',
    label: 'curl',
    render: (request) => {
      const accept = request.get('headers')?.get('accept') ?? 'application/json'
      const options = [
        ...(/parquet|spreadsheet/.test(accept) ? ['--remote-name --remote-header-name'] : []),
        ...(accept === 'application/json' ? [] : [`--header 'Accept: ${accept}'`]),
      ]
      return ['curl', ...options, `'${request.get('url').replaceAll("'", '%27')}'`].join(' ')
    },
  },
  python: {
    lang: 'Python',
    label: 'Python',
    render: (request) => {
      const url = JSON.stringify(request.get('url'))
      const accept = request.get('headers')?.get('accept') ?? 'application/json'
      const isPlain = accept === 'application/json'
      const isFile = /parquet|spreadsheet/.test(accept)
      const isJson = /[/+]json$/.test(accept)
      return [
        ...(isJson ? ['import json'] : []),
        `from urllib.request import ${isPlain ? '' : 'Request, '}urlopen`,
        '',
        ...(isPlain ? [] : [`request = Request(${url}, headers={"Accept": "${accept}"})`]),
        `with urlopen(${isPlain ? url : 'request'}) as response${isFile ? ', open("incidents", "wb") as file' : ''}:`,
        `    ${isFile ? 'file.write(response.read())' : `print(${isJson ? 'json.load(response)' : 'response.read().decode()'})`}`,
      ].join('\n')
    },
  },
  r: {
    lang: 'R',
    label: 'R',
    render: (request) => {
      const accept = request.get('headers')?.get('accept') ?? 'application/json'
      const headers = accept === 'application/json' ? '' : `, headers = c(Accept = "${accept}")`
      const address = `${JSON.stringify(request.get('url'))}${headers}`
      if (/parquet|spreadsheet/.test(accept))
        return `download.file(${address}, destfile = "incidents", mode = "wb")`
      if (/[/+]json$/.test(accept)) return `data <- jsonlite::fromJSON(url(${address}))\nstr(data)`
      return `writeLines(readLines(url(${address}), encoding = "UTF-8"))`
    },
  },
  javascript: {
    lang: 'JavaScript',
    label: 'JavaScript',
    render: (request) => {
      const accept = request.get('headers')?.get('accept') ?? 'application/json'
      const options = accept === 'application/json' ? '' : `, { headers: { accept: "${accept}" } }`
      const isFile = /parquet|spreadsheet/.test(accept)
      const body = isFile ? 'blob' : /[/+]json$/.test(accept) ? 'json' : 'text'
      return [
        `const response = await fetch(${JSON.stringify(request.get('url'))}${options})`,
        'if (!response.ok) throw new Error(await response.text())',
        `console.log(await response.${body}())`,
      ].join('\n')
    },
  },
} as const satisfies Record<string, Language>

/** Renders a request in every language, as `x-codeSamples` of an operation has it. */
export function renderCodeSamples(
  url: string,
  accept: string,
): { lang: string; label: string; source: string }[] {
  const request = new Map<string, unknown>([
    ['url', url],
    ['headers', new Map([['accept', accept]])],
  ]) as unknown as SampleRequest
  return Object.values(LANGUAGES).map(({ lang, label, render }) => ({ lang, label, source: render(request) }))
}
