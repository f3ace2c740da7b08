/**
 * Asks one question again and again and throws the answers away, in a process of its own: beside latencies that are
 * measured, reading them would delay the measuring. `node insist.mjs URL`, until it is stopped.
 */
const [url] = process.argv.slice(2)
while (true) {
  const { status, body } = await fetch(url)
  if (status !== 200) throw new Error(`${url} answers ${status}`)
  for await (const _ of body);
}
