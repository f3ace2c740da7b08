// Builds dist/ unless it is newer than everything that it is built from.
import { execSync } from 'node:child_process'
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Its time is the start of the last complete build. */
const stamp = join(root, 'dist/.built')

// The times of folders change when files are moved or deleted.
const sources = readdirSync(join(root, 'src'), { recursive: true }).map((path) => join('src', path))
const configuration = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts']
const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0
const isStale = ['src', ...sources, ...configuration].some(
  (path) => statSync(join(root, path)).mtimeMs > built,
)

if (isStale) {
  const start = new Date()
  execSync('npm run --silent build', { cwd: root, stdio: ['ignore', 2, 2] })
  writeFileSync(stamp, '')
  utimesSync(stamp, start, start)
}
