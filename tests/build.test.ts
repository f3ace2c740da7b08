import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaceBuild } from '../vite.config.ts'
import { createTemporaryFolder } from './support/service.ts'

test('a build replaces the previous one, which is kept until the next build', () => {
  const folder = join(createTemporaryFolder(), 'explorer')
  for (const name of ['one', 'two', 'three']) {
    mkdirSync(`${folder}.next/assets`, { recursive: true })
    writeFileSync(`${folder}.next/index.html`, name)
    writeFileSync(`${folder}.next/assets/${name}.js`, '')
    replaceBuild(folder)
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toBe(name)
    expect(readdirSync(join(folder, 'assets'))).toEqual([`${name}.js`])
    expect(existsSync(`${folder}.next`)).toBe(false)
    expect(readdirSync(`${folder}.previous/assets`)).toEqual(
      { one: [], two: ['one.js'], three: ['two.js'] }[name],
    )
  }
})
