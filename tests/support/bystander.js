import http from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * A client of its own thread, which requests one URL again and again on one connection and reports the slowest
 * response since it was last asked: its milliseconds, and every status that was not 200.
 */

const PAUSE_MS = 10
const { url } = workerData
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

let slowest = 0
let responses = 0
let failures = []
let began = performance.now()

function request() {
  return new Promise((resolve) => {
    http
      .get(url, { agent }, (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode))
        response.on('error', (error) => resolve(error.message))
      })
      .on('error', (error) => resolve(error.message))
  })
}

parentPort.on('message', () => {
  // A response that is still awaited counts with the time that it has taken.
  parentPort.postMessage({ slowest: Math.max(slowest, performance.now() - began), responses, failures })
  slowest = 0
  responses = 0
  failures = []
})

for (;;) {
  began = performance.now()
  const status = await request()
  const elapsed = performance.now() - began
  slowest = Math.max(slowest, elapsed)
  responses += 1
  if (status !== 200) failures.push(`${status} after ${Math.round(elapsed)} ms`)
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  began = performance.now()
}
