// A provider and a sandbox authority of their own (`beian demo` on free ports), and a real browser.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const require = createRequire(new URL('../../web/package.json', import.meta.url))
export const { chromium } = require('playwright-core')
export const axeSource = require('axe-core').source

export const kPassword = 'Sample-Password-2026'

async function launch(binary, folder, log, more) {
  const demo = spawn(binary, ['demo', '--data', folder, '--port', '0', '--authority-port', '0', ...more], {
    stdio: ['ignore', 'pipe', openSync(log, 'a')],
  })
  const ended = new Promise((resolve) => demo.once('exit', resolve))
  const [provider, authority] = await new Promise((resolve, reject) => {
    const found = []
    createInterface({ input: demo.stdout }).on('line', (line) => {
      const address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]
      if (address) found.push(address)
      if (found.length === 2) resolve(found)
    })
    demo.once('exit', (code) => reject(new Error(`beian demo ended with ${code}`)))
  })
  const end = () => {
    demo.kill('SIGTERM')
    return ended
  }
  return { provider, authority, end }
}

// `more`: of the demo's options.
export async function startWorld(binary, more = []) {
  const folder = mkdtempSync(join(tmpdir(), 'beian-e2e-'))
  const log = join(folder, 'log')
  let demo = await launch(binary, folder, log, more)
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const world = {
    provider: demo.provider,
    authority: demo.authority,
    browser,
    async page(options = {}) {
      const context = await browser.newContext({ locale: 'zh-CN', baseURL: world.provider, ...options })
      if (process.env.BEIAN_PORTAL) await servePortal(context, process.env.BEIAN_PORTAL, world)
      const page = await context.newPage()
      page.on('pageerror', (error) => {
        console.error(`error on the page: ${error.stack}`)
        process.exitCode = 1
      })
      page.on('console', (message) => {
        if (!message.text().startsWith('no text for')) return
        console.error(`${page.url()}: ${message.text()}`)
        process.exitCode = 1
      })
      return page
    },
    // What the programs said and what the pages show, for a test that failed.
    async log() {
      const said = readFileSync(log, 'utf8').split('\n').filter((l) => !l.includes('"level":"info"'))
      for (const page of browser.contexts().flatMap((context) => context.pages())) {
        const shown = await page.locator('body').innerText({ timeout: 5000 }).catch(String)
        said.push(`--- ${page.url()}`, shown)
      }
      return said.join('\n')
    },
    // As the authority's message told it to that person.
    async filingPassword({ mobile }) {
      const messages = await (await fetch(`${world.authority}/manage/phones/${mobile}/messages`)).json()
      return messages.map((m) => m.text.match(/备案密码 (\S+?)，/)?.[1]).find(Boolean)
    },
    // The same authority, and a provider that knows nothing yet: who came from another system.
    async forgetProvider() {
      await demo.end()
      rmSync(join(folder, 'provider'), { recursive: true })
      demo = await launch(binary, folder, log, more)
      Object.assign(world, { provider: demo.provider, authority: demo.authority })
    },
    async end() {
      await browser.close()
      await demo.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return world
}

// Pages that were just built, instead of those in the binary: BEIAN_PORTAL=web/dist. What is no page
// is asked of the programs.
async function servePortal(context, folder, world) {
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }
  const data = { provider: /^\/api\//, authority: /^\/(api|manage|public|sms|query)(\/|$)/ }
  const side = (url) => (url.origin === world.authority ? 'authority' : 'provider')
  await context.route(
    (url) => !data[side(url)].test(url.pathname),
    (route) => {
      const url = new URL(route.request().url())
      const index = side(url) === 'authority' ? '/authority.html' : '/index.html'
      const file = /\.\w+$/.test(url.pathname) ? url.pathname : index
      return route.fulfill({
        body: readFileSync(join(folder, file)),
        contentType: `${types[file.split('.').at(-1)] ?? 'application/octet-stream'}; charset=utf-8`,
      })
    },
  )
}

// A new account, which registers by itself.
export async function register(page, name) {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: '还没有账号' }).click()
  await page.getByLabel('账号').fill(name)
  await page.getByLabel('密码', { exact: true }).fill(kPassword)
  await page.locator('main form button[type=submit]').click()
  await page.getByRole('button', { name: '退出' }).waitFor()
}

export async function signIn(page, name) {
  await page.goto('/sign-in')
  await page.getByLabel('账号').fill(name)
  await page.getByLabel('密码', { exact: true }).fill(kPassword)
  await page.locator('main form button[type=submit]').click()
  await page.getByRole('button', { name: '退出' }).waitFor()
}

// The options of a closed list are in the page as well, so it is asked which list is this box's.
// By keyboard, as somebody without a mouse does it: an answer that comes in meanwhile may move the
// page, and what a mouse presses here and releases there chooses nothing.
export async function pick(page, box, option) {
  await box.focus()
  await page.keyboard.press('Enter')
  const list = page.locator(`[id="${await box.getAttribute('aria-controls')}"]`)
  const one = await list.getByRole('option', option ? { name: option, exact: true } : {}).first().elementHandle()
  const id = await one.getAttribute('id')
  const all = await list.getByRole('option').count()
  for (let steps = 0; (await box.getAttribute('aria-activedescendant')) !== id; ++steps) {
    assert.ok(steps <= all, `no way to ${option ?? 'the first option'} by arrow keys`)
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  await page.waitForFunction((e) => !e.isConnected || e.getAttribute('aria-selected') === 'true', one)
  await page.keyboard.press('Escape')
}
export const choose = (page, label, option) =>
  pick(page, page.getByRole('combobox', { name: label, exact: false }).first(), option)
export const fill = (scope, label, text) => scope.getByLabel(label, { exact: false }).first().fill(text)

// Until `ask` gives something; the limit is patience, not a pause.
export async function until(what, ask, seconds = 30) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

// Every picture has come. One far below the window is asked for only when somebody looks there long
// enough for the page to be drawn: who only scrolls past has seen nothing.
export async function allPictures(page) {
  await until('the pictures', () =>
    page.evaluate(() => {
      const missing = [...document.images].find((i) => !i.complete || i.naturalWidth === 0)
      missing?.scrollIntoView({ block: 'center' })
      return !missing
    }))
}

// The authority's side, by its management interface: the persons answer their messages. The code of
// an earlier order is an old one.
const used = new Set()
async function freshCode(world, { mobile }) {
  const messages = await (await fetch(`${world.authority}/manage/phones/${mobile}/messages`)).json()
  return messages.map((m) => m.code).find((code) => code && !used.has(mobile + code))
}
// `waiting`: lists of persons, of each list the one who got a message.
export async function verifyPersons(world, waiting) {
  for (const persons of waiting.map((one) => [one].flat())) {
    const { person, code } = await until(`a message to ${persons.map((p) => p.mobile)}`, async () => {
      for (const person of persons) {
        const code = await freshCode(world, person)
        if (code) return { person, code }
      }
    })
    used.add(person.mobile + code)
    const done = await fetch(`${world.authority}/manage/sms`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ mobile: person.mobile, last_six: person.certificate_number.slice(-6), code }),
    })
    if (!done.ok) throw new Error(`${person.mobile}: ${await done.text()}`)
  }
}

// Of that entity, or whatever waits. `certificateUntil`: the day until which its certificate holds.
export async function approve(world, entityName = '', certificateUntil = '') {
  const record = await until(`the record ${entityName}`, async () => {
    const records = await (await fetch(`${world.authority}/manage/records?state=at_authority`)).json()
    return records.find((r) => !entityName || r.name === entityName)
  })
  const done = await fetch(`${world.authority}/manage/records/${record.id}/decision`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ approve: true, opinion: '样例：同意', certificate_valid_until: certificateUntil }),
  })
  if (!done.ok) throw new Error(await done.text())
}

// What axe finds that is serious or worse.
export async function axe(page) {
  // What fades in or out has for that time the contrast of neither.
  // It begins a frame after what caused it, and a style of its own stands there from the start; a
  // question that was answered stays for a fifth of a second before it goes.
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))))
  await page.waitForFunction(() =>
    !document.querySelector('[class*="-enter-active"], [class*="-leave-active"]') &&
    [...document.querySelectorAll('.el-popconfirm')].every((question) => !question.checkVisibility()) &&
    document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().iterations === Infinity))
  await page.evaluate(axeSource)
  // And the contrast in the other theme.
  const violations = await page.evaluate(async () => {
    const resultTypes = ['violations']
    const found = (await globalThis.axe.run({ resultTypes })).violations
    const still = new CSSStyleSheet()
    still.replaceSync('*, *::before, *::after { transition: none !important }')
    document.adoptedStyleSheets.push(still)
    const theme = document.documentElement.classList
    theme.toggle('dark')
    const other = await globalThis.axe.run({ resultTypes, runOnly: ['color-contrast'] })
    theme.toggle('dark')
    void document.body.offsetHeight // at once: what fades would begin to with the next style
    document.adoptedStyleSheets.pop()
    return [...found, ...other.violations]
  })
  return violations
    .filter((v) => ['serious', 'critical'].includes(v.impact))
    .map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.html} ${n.any[0]?.message ?? ''}`).join(' | ').slice(0, 500)}`)
}

export const sizes = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
}

// Nothing serious for axe, nothing wider than the window; a screenshot when BEIAN_SCREENSHOTS names a
// folder.
export function looking(phone, prefix = '') {
  let shots = 0
  return async (page, name) => {
    assert.deepEqual(await axe(page), [], name)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wide <= 1, `${name} is ${wide} pixels too wide`)
    if (process.env.BEIAN_SCREENSHOTS)
      await page.screenshot({
        path: `${process.env.BEIAN_SCREENSHOTS}/${phone ? 'phone' : 'desktop'}-${prefix}${++shots}-${name}.png`,
        fullPage: true,
      })
  }
}

// A picture large enough to be read, drawn by the browser.
export async function picture(page, text, width = 800) {
  const bytes = await page.evaluate(async ([words, width]) => {
    const canvas = new OffscreenCanvas(width, 560)
    const pen = canvas.getContext('2d')
    pen.fillStyle = '#f4f0e6'
    pen.fillRect(0, 0, width, 560)
    pen.fillStyle = '#222'
    pen.font = '36px sans-serif'
    pen.fillText(words, 40, 120)
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
    return [...new Uint8Array(await blob.arrayBuffer())]
  }, [text, width])
  return Buffer.from(bytes)
}

// A call of the API by whom the page is signed in as.
export async function api(page, method, path, body, headers = {}) {
  const { csrf } = await (await page.request.get('/api/v1/session')).json()
  const answer = await page.request.fetch(`/api/v1${path}`, {
    method,
    headers: { 'X-CSRF-Token': csrf, ...headers },
    data: body,
  })
  const text = await answer.text()
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`)
  return text && answer.headers()['content-type']?.includes('json') ? JSON.parse(text) : text
}

// The sample's first filing, without a browser's help: from the detection to the number.
export async function fileSample(world, applicant, reviewer, sample, certificateUntil = '') {
  const { entity, services } = sample.document
  const found = await api(applicant, 'POST', '/orders/detect', {
    province: entity.location.province,
    nature: entity.nature,
    certificate: entity.certificate,
    domains: services[0].domains,
  })
  const { id, version } = await api(applicant, 'POST', '/orders', { detection: found.detection })
  const saved = await api(applicant, 'PUT', `/orders/${id}`, { version, document: sample.document })
  const image = await picture(applicant, 'SAMPLE')
  for (const [owner, purposes] of [['/entity', [2, 3, 11]], ['/services/0', [1, 4, 5]]])
    for (const purpose of purposes)
      await api(applicant, 'POST', `/orders/${id}/materials?purpose=${purpose}&owner=${owner}`, image, {
        'Content-Type': 'image/jpeg',
      })
  const submitted = await api(applicant, 'POST', `/orders/${id}/submit`, { version: saved.version })
  await api(reviewer, 'POST', `/orders/${id}/review`, { verdict: 'pass', version: submitted.version, findings: [] })
  await verifyPersons(world, [entity.manager, services[0].manager])
  await approve(world, entity.name, certificateUntil)
  return until('the number', async () => (await api(applicant, 'GET', `/orders/${id}`)).filing_number)
}
