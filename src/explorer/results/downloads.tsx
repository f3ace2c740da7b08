import { useState } from 'preact/hooks'
import { buildApiPath, useLocation, withBasePath } from '../shared/location.ts'
import { STRINGS } from '../shared/strings.ts'

/** The formats to download; the mark makes Excel recognise UTF-8. */
const FORMATS = [
  { format: 'csv', name: 'CSV', bom: '1' },
  { format: 'xlsx', name: 'Excel' },
  { format: 'geojson', name: 'GeoJSON' },
  { format: 'parquet', name: 'Parquet' },
  { format: 'ndjson', name: 'NDJSON' },
]

/** Links that download the filtered records, and buttons that copy the request. */
export function Downloads() {
  const { params } = useLocation()
  const sort = params.get('sort')
  const url = new URL(withBasePath(buildApiPath('incidents', params, { sort })), window.location.origin).href
  return (
    <section class="downloads" aria-label={STRINGS.download}>
      <h2>{STRINGS.download}</h2>
      {FORMATS.map(({ format, name, bom = null }) => (
        <a
          key={format}
          href={withBasePath(buildApiPath('incidents', params, { sort, format, bom }))}
          download
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
