/** How answers are compressed, the first that a client accepts equally well. */
export const ENCODINGS = ['gzip', 'br', 'deflate'] as const
/** How an answer is compressed. */
export type Encoding = (typeof ENCODINGS)[number]

/** Shorter bodies are not worth compressing, in bytes. */
export const MIN_COMPRESSED_BYTES = 1024

/** The media types that compression makes shorter. */
export const COMPRESSIBLE =
  /^(text\/(html|css|csv|plain|javascript)|application\/(json|geo\+json|x-ndjson|problem\+json|javascript)|image\/svg\+xml)/
