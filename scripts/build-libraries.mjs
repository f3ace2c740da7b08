// Bundles the libraries of some modules into one file each, and writes their licences next to it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The modules, with what stays outside: it is installed. */
const MODULES = [
  { path: 'validation/schema', external: [] },
  // Its own part is for one operating system and processor.
  { path: 'storage/columns/duckdb-library', external: ['@duckdb/node-bindings'] },
]

/** Bundled modules of CommonJS may require those that are not. */
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

for (const { path, external } of MODULES) {
  const outfile = join(root, `dist/${path}.js`)
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`src/${path}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external,
    ...(external.length > 0 && { banner: { js: REQUIRE } }),
    // tsc has written a file that imports the libraries.
    allowOverwrite: true,
    logLevel: 'warning',
    metafile: true,
  })
  writeLicenses(outfile, metafile)
}

/** @param {string} outfile @param {import('esbuild').Metafile} metafile */
function writeLicenses(outfile, metafile) {
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []),
  )
  const sections = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each))
    if (!file) throw new Error(`${name} is bundled and has no file with its licence`)
    return `## ${name} - ${version} (${license})\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`
  })
  writeFileSync(
    outfile.replace(/\.js$/, '.licenses.md'),
    `# Licenses\n\nThe module next to this file bundles these libraries:\n\n${sections.join('\n')}`,
  )
}
