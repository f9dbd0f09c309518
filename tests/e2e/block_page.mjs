// The block page in a real browser, with a provider that says that an order is under way: readable at
// a phone's size, nothing asked of anybody else, axe finds nothing.
//   node tests/e2e/block_page.mjs BEIAN
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { axeSource, chromium } from './world.mjs'

const [binary] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'beian-block-'))
const asked = []
const provider = createServer((request, response) => {
  asked.push(decodeURIComponent(request.url))
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({
    in_progress: true, domain: 'yangli-example.cn', stage: 'at_authority',
    title: '管局审核中', title_en: 'in review at the authority',
  }))
})
await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve))

writeFileSync(join(folder, 'list.csv'), 'yangli-example.cn,粤ICP备2026000001号-1,elsewhere\n')
const snapshot = join(folder, 'snapshot')
execFileSync(binary, ['gate', 'build', snapshot, join(folder, 'list.csv')])
const server = spawn(binary, [
  'gate', 'block-page', '--listen', '127.0.0.1:0', '--snapshot', snapshot,
  '--provider', `http://127.0.0.1:${provider.address().port}`,
  '--portal', 'https://beian.provider-example.cn/', '--name', '样例云',
], { stdio: ['ignore', 'pipe', 'inherit'] })
const ended = new Promise((resolve) => server.once('exit', resolve))
const origin = await new Promise((resolve, reject) => {
  createInterface({ input: server.stdout }).on('line', (line) => {
    const address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]
    if (address) resolve(address)
  })
  server.once('exit', (code) => reject(new Error(`block-page ended with ${code}`)))
})
const port = new URL(origin).port
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--host-resolver-rules=MAP *.yangli-example.cn 127.0.0.1'],
})
try {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 640 }]) {
    // axe is put into the page from outside, which the page's own policy would forbid.
    const context = await browser.newContext({ viewport, bypassCSP: true })
    const page = await context.newPage()
    const others = []
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== 'www.yangli-example.cn') others.push(request.url())
    })
    const answer = await page.goto(`http://www.yangli-example.cn:${port}/shop?item=1`)
    assert.equal(answer.status(), 403)
    assert.equal(await page.title(), '该域名未在本接入商办理接入')
    await page.getByRole('heading', { level: 1, name: '该域名未在本接入商办理接入' }).waitFor()
    const text = await page.locator('main').innerText()
    for (const part of ['www.yangli-example.cn', '粤ICP备2026000001号-1', '已有备案申请在办理中：管局审核中'])
      assert.ok(text.includes(part), `${part} in:\n${text}`)
    assert.equal(await page.getByRole('link', { name: '前往样例云备案系统' }).getAttribute('href'),
                 'https://beian.provider-example.cn/')
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'too wide')
    await page.evaluate(axeSource)
    const { violations } = await page.evaluate(() => axe.run())
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.help}`), [])
    assert.deepEqual(others, [])
    if (process.env.BEIAN_SCREENSHOTS)
      await page.screenshot({ path: join(process.env.BEIAN_SCREENSHOTS, `block-page-${viewport.width}.png`) })
    await context.close()
  }
  assert.deepEqual([...new Set(asked)], ['/api/v1/public/progress?host=yangli-example.cn'])
  assert.equal(asked.length, 1, 'what the provider said is kept')
} finally {
  await browser.close()
  server.kill('SIGTERM')
  await ended
  provider.close()
  rmSync(folder, { recursive: true })
}
