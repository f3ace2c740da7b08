import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig, type Plugin } from 'vitest/config'

const SRC = fileURLToPath(new URL('src/', import.meta.url))
const DIST = fileURLToPath(new URL('dist/', import.meta.url))

/**
 * Loads the modules of src/ as they are installed, from dist/ (tests/support/global-setup.ts keeps it up to date):
 * worker threads start without a loader for TypeScript, and no file of tests transforms the sources again.
 */
const builtSources: Plugin = {
  name: 'built-sources',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!importer || !source.startsWith('.')) return null
    const path = resolve(dirname(importer), source)
    if (!path.startsWith(SRC)) return null
    const built = `${DIST}${path.slice(SRC.length).replace(/\.ts$/, '.js')}`
    return existsSync(built) ? built : null
  },
}

/** Processes that are killed, full disks, large files. */
const DRILLS = ['tests/drills/*.test.ts']
/** Floods and expensive requests, and what another client notices of them. */
const LOAD = ['tests/drills/load/*.test.ts']
const BROWSER = ['tests/**/*.browser.test.ts']
/** Packs and installs the package. */
const PACKAGE = ['tests/package/*.test.ts']

export default defineConfig({
  plugins: [builtSources],
  test: {
    // By default one processor is left to other work.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['tests/support/global-setup.ts'],
    // Files share the modules that they load, and none replaces any.
    isolate: false,
    server: { deps: { external: [/\/dist\//] } },
    execArgv: ['--enable-source-maps'],
    // Of what the tests themselves run: not of commands and worker threads, which are processes and threads of their own.
    coverage: {
      provider: 'v8',
      include: ['dist/**/*.js'],
      exclude: ['dist/explorer*/**', 'dist/validation/schema.js'],
      reporter: ['text-summary', 'json-summary', 'html'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...DRILLS, ...LOAD, ...BROWSER, ...PACKAGE],
        },
      },
      { extends: true, test: { name: 'browser', include: BROWSER } },
      { extends: true, test: { name: 'package', include: PACKAGE } },
      { extends: true, test: { name: 'drills', include: DRILLS } },
      // After the others and one at a time, because they measure. Machines pause as well: what a client notices twice
      // counts.
      {
        extends: true,
        test: {
          name: 'load',
          include: LOAD,
          fileParallelism: false,
          retry: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
