import { useState } from 'preact/hooks'
import { apiPath, useLocation } from '../shared/location.ts'
import { STRINGS } from '../shared/strings.ts'

/** Formats that have every record; GeoJSON comes page by page. */
const FORMATS = [
  { format: 'csv', name: 'CSV' },
  { format: 'ndjson', name: 'NDJSON' },
  { format: 'parquet', name: 'Parquet' },
  { format: 'geojson', name: STRINGS.geojson, limit: '1000' },
]

/** The records that the filters leave as files, and the question as a URL or a command. */
export function Downloads() {
  const { params } = useLocation()
  const sort = params.get('sort')
  const question = new URL(apiPath('incidents', params, { sort }), window.location.origin).href
  return (
    <section class="downloads" aria-label={STRINGS.download}>
      <h2>{STRINGS.download}</h2>
      {FORMATS.map(({ format, name, limit = null }) => (
        <a
          key={format}
          href={apiPath('incidents', params, { sort, format, limit })}
          download={`incidents.${format}`}
        >
          {name}
        </a>
      ))}
      <Copy label={STRINGS.copyUrl} text={question} />
      <Copy label={STRINGS.copyCurl} text={`curl '${question.replaceAll("'", '%27')}'`} />
    </section>
  )
}

function Copy({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState('')
  const copy = async () => {
    // Browsers have a clipboard only for pages that come over TLS or from this machine.
    if (!navigator.clipboard) return prompt(label, text)
    await navigator.clipboard.writeText(text)
    setCopied(text)
  }
  return (
    <>
      <button type="button" title={text} onClick={copy}>
        {label}
      </button>
      <span class="muted" role="status">
        {copied === text ? STRINGS.copied : ''}
      </span>
    </>
  )
}
