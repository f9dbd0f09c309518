// A provider and a sandbox authority of their own (`beian demo` on free ports), and a real browser.
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

export async function startWorld(binary) {
  const folder = mkdtempSync(join(tmpdir(), 'beian-e2e-'))
  const log = join(folder, 'log')
  const demo = spawn(binary, ['demo', '--data', folder, '--port', '0', '--authority-port', '0'], {
    stdio: ['ignore', 'pipe', openSync(log, 'w')],
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
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  return {
    provider,
    authority,
    browser,
    async page(options = {}) {
      const context = await browser.newContext({ locale: 'zh-CN', baseURL: provider, ...options })
      const page = await context.newPage()
      page.on('pageerror', (error) => {
        console.error(`error on the page: ${error.stack}`)
        process.exitCode = 1
      })
      return page
    },
    // What the programs said, for a test that failed.
    log: () => readFileSync(log, 'utf8').split('\n').filter((l) => !l.includes('"level":"info"')).join('\n'),
    async end() {
      await browser.close()
      demo.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function signIn(page, name) {
  await page.goto('/sign-in')
  await page.getByLabel('账号').fill(name)
  await page.getByLabel('密码', { exact: true }).fill(kPassword)
  await page.locator('main form button[type=submit]').click()
  await page.getByRole('button', { name: '退出' }).waitFor()
}

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

// The authority's side, by its management interface: the persons answer their messages.
export async function verifyPersons(world, persons) {
  for (const { mobile, lastSix } of persons) {
    const code = await until(`the message to ${mobile}`, async () => {
      const messages = await (await fetch(`${world.authority}/manage/phones/${mobile}/messages`)).json()
      return messages.map((m) => m.code).findLast(Boolean)
    })
    const done = await fetch(`${world.authority}/manage/sms`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ mobile, last_six: lastSix, code }),
    })
    if (!done.ok) throw new Error(`${mobile}: ${await done.text()}`)
  }
}

export async function approve(world, entityName) {
  const record = await until(`the record of ${entityName}`, async () => {
    const records = await (await fetch(`${world.authority}/manage/records?state=at_authority`)).json()
    return records.find((r) => r.name === entityName)
  })
  const done = await fetch(`${world.authority}/manage/records/${record.id}/decision`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ approve: true, opinion: '样例：同意' }),
  })
  if (!done.ok) throw new Error(await done.text())
}

// What axe finds that is serious or worse.
export async function axe(page) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  return violations
    .filter((v) => ['serious', 'critical'].includes(v.impact))
    .map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(' | ').slice(0, 300)}`)
}
