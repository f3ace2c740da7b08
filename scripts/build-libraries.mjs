// Bundles the libraries of src/validation/schema.ts into one file, and writes their licences next to it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const outfile = join(root, 'dist/validation/schema.js')

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/validation/schema.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // tsc has written a file that imports the libraries.
  allowOverwrite: true,
  logLevel: 'warning',
  metafile: true,
})

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
  `# Licenses\n\nschema.js bundles these libraries:\n\n${sections.join('\n')}`,
)
