import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

/** The build in use; the next one is made in `explorer.next`, the last one is kept in `explorer.previous`. */
const OUT_DIR = fileURLToPath(new URL('dist/explorer', import.meta.url))

/**
 * Puts a complete build in the place of the one before, by renaming folders. The server looks for assets in the
 * previous build too, so that a page from before the build can still load its own.
 */
export function replaceBuild(folder: string): void {
  const [next, previous] = [`${folder}.next`, `${folder}.previous`]
  rmSync(previous, { recursive: true, force: true })
  if (existsSync(folder)) renameSync(folder, previous)
  else mkdirSync(`${previous}/assets`, { recursive: true })
  renameSync(next, folder)
}

const replaceBuildPlugin: Plugin = {
  name: 'replace-build',
  apply: 'build',
  writeBundle: { order: 'post', sequential: true, handler: () => replaceBuild(OUT_DIR) },
}

/** Builds the explorer into `dist/explorer`: a page, and assets whose names change with their content. */
export default defineConfig({
  root: fileURLToPath(new URL('src/explorer', import.meta.url)),
  // Assets name each other relative to themselves; the server completes those of the page by the base path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [replaceBuildPlugin],
  build: {
    outDir: `${OUT_DIR}.next`,
    emptyOutDir: true,
    license: { fileName: 'licenses.md' },
    // The page's policy forbids data: URLs for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/docs', '/openapi.json'].map((path) => [path, 'http://127.0.0.1:3000']),
    ),
  },
})
