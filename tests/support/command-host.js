// A process that runs one command of `incidents` after another, each in its own folder and environment. Loading
// modules is most of the cost of a short command, so they stay loaded, except those of the command line.
import { register } from 'node:module'
import { Readable } from 'node:stream'

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).href
const { PATH } = process.env

// Modules of dist/cli/ that main.js?run=N imports get the same query, so each run loads its own.
const hooks = `export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context)
  const run = context.parentURL && new URL(context.parentURL).searchParams.get('run')
  return run && resolved.url.includes('/dist/cli/') ? { ...resolved, url: resolved.url + '?run=' + run } : resolved
}`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)

// Each command adds listeners for signals and for errors of its output.
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0)

/** Thrown by process.exit() to end a command. */
class Exit extends Error {}
process.exit = (code) => {
  process.exitCode = code ?? process.exitCode
  throw new Exit()
}

/** Captures what is written to a stream. */
function capture(stream) {
  const parts = []
  stream.write = (part, encoding, callback) => {
    parts.push(typeof part === 'string' ? Buffer.from(part) : part)
    const done = typeof encoding === 'function' ? encoding : callback
    if (done) queueMicrotask(done)
    return true
  }
  return () => Buffer.concat(parts).toString()
}

let runs = 0

/** Runs a command to its end. */
async function run({ args, env, cwd, input }) {
  runs += 1
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)]
  Object.defineProperty(process, 'stdin', { value: Readable.from(input ? [input] : []), configurable: true })
  process.argv = [process.execPath, MAIN, ...args]
  process.env = { PATH, ...env }
  process.chdir(cwd)
  process.exitCode = 0
  try {
    await import(`${MAIN}?run=${runs}`)
  } catch (error) {
    if (!(error instanceof Exit)) {
      process.exitCode = 1
      console.error(error)
    }
  }
  return { code: Number(process.exitCode), stdout: stdout(), stderr: stderr() }
}

let last = Promise.resolve()
process.on('message', ({ id, ...command }) => {
  last = last.then(async () => process.send({ id, outcome: await run(command) }))
})
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
