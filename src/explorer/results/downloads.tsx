import { useState } from 'preact/hooks'
import { buildApiPath, useLocation, withBasePath } from '../shared/location.ts'
import { STRINGS } from '../shared/strings.ts'

/** The API streams all records in these formats but GeoJSON, which is paged. */
const FORMATS = [
  { format: 'csv', name: 'CSV' },
  { format: 'ndjson', name: 'NDJSON' },
  { format: 'parquet', name: 'Parquet' },
  { format: 'geojson', name: STRINGS.geojson, limit: '1000' },
]

/** Links that download the filtered records, and buttons that copy the request. */
export function Downloads() {
  const { params } = useLocation()
  const sort = params.get('sort')
  const url = new URL(withBasePath(buildApiPath('incidents', params, { sort })), window.location.origin).href
  return (
    <section class="downloads" aria-label={STRINGS.download}>
      <h2>{STRINGS.download}</h2>
      {FORMATS.map(({ format, name, limit = null }) => (
        <a
          key={format}
          href={withBasePath(buildApiPath('incidents', params, { sort, format, limit }))}
          download={`incidents.${format}`}
        >
          {name}
        </a>
      ))}
      <CopyButton label={STRINGS.copyApiLink} text={url} />
      <CopyButton label={STRINGS.copyCurl} text={`curl '${url.replaceAll("'", '%27')}'`} />
    </section>
  )
}

function CopyButton({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState('')
  const copy = async () => {
    // Browsers offer the clipboard only to pages from HTTPS or localhost.
    if (!navigator.clipboard) return prompt(label, text)
    await navigator.clipboard.writeText(text)
    setCopied(text)
  }
  return (
    <span>
      <button type="button" title={text} onClick={copy}>
        {label}
      </button>{' '}
      <span class="muted" role="status">
        {copied === text ? STRINGS.copied : ''}
      </span>
    </span>
  )
}
