/** The content encodings on offer, in the order of preference. */
export const ENCODINGS = ['gzip', 'br', 'deflate'] as const
/** A content encoding on offer. */
export type Encoding = (typeof ENCODINGS)[number]

/** Shorter bodies are sent uncompressed, in bytes. */
export const MIN_COMPRESSED_BYTES = 1024

/** The media types worth compressing. */
export const COMPRESSIBLE =
  /^(text\/(html|css|csv|plain|javascript)|application\/(json|geo\+json|x-ndjson|problem\+json|javascript)|image\/svg\+xml)/
