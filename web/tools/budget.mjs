// What the applicant's browser must load before it shows something, compressed; and the built files
// beside their compressed forms, as `beian serve` sends them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const kMost = 250 * 1024
const dist = new URL('../dist', import.meta.url).pathname
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length

// The entry and one page with all that they import at once.
function loaded(...names) {
  const seen = new Set()
  const add = (name) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const next of manifest[name].imports ?? []) add(next)
  }
  names.forEach(add)
  return [...seen].map((name) => manifest[name].file)
}

let bad = 0
for (const page of ['HomePage', 'StartPage', 'OrdersPage', 'OrderPage', 'FilingsPage', 'SignInPage']) {
  const bytes = loaded('index.html', 'src/start.ts', `src/pages/${page}.vue`)
    .filter((f) => f.endsWith('.js'))
    .reduce((sum, f) => sum + size(f), 0)
  const over = bytes > kMost
  if (over) bad++
  console.log(`${page}: ${(bytes / 1024).toFixed(1)} KB of ${kMost / 1024} KB${over ? ' TOO MUCH' : ''}`)
}
for (const file of readdirSync(dist, { recursive: true })) {
  if (!/\.(js|css|html|svg)$/.test(file)) continue
  const path = join(dist, file)
  const bytes = readFileSync(path)
  if (bytes.length < 512) continue
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
}
process.exit(bad ? 1 : 0)
