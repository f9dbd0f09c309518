// No text outside the language files; both languages have the same keys.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('../src', import.meta.url).pathname
let bad = 0
const complain = (text) => {
  console.error(text)
  bad++
}
const files = readdirSync(root, { recursive: true })
  .filter((f) => /\.(vue|ts)$/.test(f) && !f.startsWith('texts/') && !f.endsWith('.d.ts'))
  .map((f) => join(root, f))

const used = new Set()
for (const file of files) {
  const text = readFileSync(file, 'utf8')
  text.split('\n').forEach((line, i) => {
    if (/[\u3000-\u303f\u4e00-\u9fff]/.test(line.replace(/\[\\s[^\]]*\]|'、'/g, '')))
      complain(`${file}:${i + 1}: Chinese outside the language files: ${line.trim()}`)
  })
  // Words between tags that are no expression.
  const template = text.match(/<template>([\s\S]*)<\/template>/)?.[1] ?? ''
  for (const [, words] of template.replace(/<!--[\s\S]*?-->/g, '').matchAll(/>([^<>{}]*[A-Za-z]{3,}[^<>{}]*)</g))
    if (!/[=&|]|\)\s*$/.test(words)) complain(`${file}: English outside the language files: ${words.trim()}`)
  for (const [, key] of text.matchAll(/(?:\$t|\bt)\('([a-z0-9_.]+)'/g)) used.add(key)
}

// The keys of zh.ts and zh.AREA.ts, by file; one area's keys are no other's.
const keysOf = (language) => {
  const keys = new Map()
  for (const name of readdirSync(join(root, 'texts')).filter((f) => f.startsWith(`${language}.`))) {
    const text = readFileSync(join(root, 'texts', name), 'utf8')
    const body = text.slice(text.indexOf('{', text.search(/export default|const en/)))
    const object = Function(`return (${body.slice(0, body.lastIndexOf('}') + 1)})`)()
    const walk = (at, path) => {
      for (const [k, v] of Object.entries(at)) {
        const key = [...path, k]
        if (!path.length && [...keys.keys()].some((known) => known.startsWith(`${k}.`) && keys.get(known) !== name))
          complain(`${name}: ${k} is in another file too`)
        if (typeof v === 'object') walk(v, key)
        else keys.set(key.join('.'), name)
      }
    }
    walk(object, [])
  }
  return keys
}
const zh = keysOf('zh')
const en = keysOf('en')
for (const [key, file] of zh) if (!en.has(key)) complain(`English lacks ${key} of ${file}`)
for (const [key, file] of en) if (!zh.has(key)) complain(`Chinese lacks ${key} of ${file}`)
for (const key of used) if (!zh.has(key) && !key.endsWith('.')) complain(`no text for ${key}`)
process.exit(bad ? 1 : 0)
