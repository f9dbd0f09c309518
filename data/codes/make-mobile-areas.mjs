// Makes data/codes/mobile-areas.json from the npm package query-mobile-phone-area:
// `npm ci && npm run mobile-areas`. The same package version gives the same bytes.
//
// For each three digits that numbers begin with, the provinces of the next four digits from 0000 to
// 9999 as runs: "44*12" is twelve segments of 广东 (the first two digits of its region code), "00"
// is not known.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const require = createRequire(import.meta.url)
const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(require.resolve('query-mobile-phone-area/package.json'))
const blocks = gunzipSync(readFileSync(join(root, 'data/mobilephones.data')))
  .toString()
  .split('----------\n')
  .map((block) => block.split('\n').map((line) => line.trim()))

const provinces = new Map()
for (const [code, name] of JSON.parse(readFileSync(join(here, 'regions.json'), 'utf8')).rows)
  if (code % 10000 === 0) provinces.set(name, code / 10000)
const province = (area) => {
  const short = area.split(/\s+/)[0]
  for (const [name, code] of provinces) if (short.length > 1 && name.startsWith(short)) return code
  return 0
}

const areas = new Map()
const prefixes = {}
for (const [title, ...lines] of blocks) {
  if (title === 'area')
    for (const line of lines) {
      const [id, name] = line.split(',')
      if (name) areas.set(id, province(name))
    }
  if (!title.startsWith('number-')) continue
  const codes = Array.from({ length: 10000 }, (_, i) => areas.get(lines[i]?.split(',')[0]) ?? 0)
  const runs = []
  for (const code of codes) {
    const last = runs.at(-1)
    if (last && last[0] === code) last[1]++
    else runs.push([code, 1])
  }
  prefixes[title.slice('number-'.length)] = runs
    .map(([code, n]) => String(code).padStart(2, '0') + (n > 1 ? `*${n}` : ''))
    .join(' ')
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const lines = Object.keys(prefixes)
  .sort()
  .map((prefix) => `"${prefix}":"${prefixes[prefix]}"`)
writeFileSync(
  join(here, 'mobile-areas.json'),
  `{"source":"query-mobile-phone-area ${version}","prefixes":{\n${lines.join(',\n')}\n}}\n`
)
