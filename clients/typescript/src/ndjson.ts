import { TransferError } from './errors.ts'

/**
 * Parses the records of a response as they arrive.
 * @throws TransferError after the complete records if the transfer breaks off, also within a record
 */
export async function* readRecords<T>(
  response: Response,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const { url, body } = response
  const reader = body?.getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true }
      if (done) break
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line)
    }
  } catch (cause) {
    signal?.throwIfAborted()
    throw TransferError.from(url, cause)
  } finally {
    // Ends the transfer if the records are not read to their end.
    await reader?.cancel().catch(() => {})
  }
  if (rest !== '') throw new TransferError(url, 'broke off within a record')
}
