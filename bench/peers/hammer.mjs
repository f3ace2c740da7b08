/**
 * Repeats one request and discards the responses, in a separate process: reading them where latencies are measured
 * would delay the measurement. `node hammer.mjs URL`, until it is stopped.
 */
const [url] = process.argv.slice(2)
while (true) {
  const { status, body } = await fetch(url)
  if (status !== 200) throw new Error(`${url} responds ${status}`)
  for await (const _ of body);
}
