import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** Builds the explorer into `dist/explorer`: a page, and assets whose names change with their content. */
export default defineConfig({
  root: fileURLToPath(new URL('src/explorer', import.meta.url)),
  base: '/explorer/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('dist/explorer', import.meta.url)),
    emptyOutDir: true,
    // What the policy of the page permits: nothing is put into it, not even small pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/docs', '/openapi.json'].map((path) => [path, 'http://127.0.0.1:3000']),
    ),
  },
})
