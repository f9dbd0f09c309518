// On a slow line, on one that breaks, and in a session that ends while somebody types:
//   node tests/e2e/bad_lines.mjs BEIAN [phone]
// The line is the one that Lighthouse calls slow: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back.
import assert from 'node:assert/strict'
import { orderOf, saved, step } from './orders.mjs'
import { sample } from './samples.mjs'
import { api, fill, kPassword, signIn, sizes, startWorld, until } from './world.mjs'

const [binary, size] = process.argv.slice(2)
const phone = size === 'phone'
const world = await startWorld(binary)
const options = sizes[phone ? 'phone' : 'desktop']
const kMost = 1500 // ms until a page can be used
const kTries = 5 // the machine has other work, so the best counts
const kIdle = 400 // ms that an idle machine needs on a line without limits; what a busy one needs more is not the page's
const { entity, services } = sample.document

// From the click until what the page is for is there; nothing is cached, the session is.
async function usableAfter(storageState, path, selector, slow) {
  const page = await world.page({ ...options, storageState })
  const line = await page.context().newCDPSession(page)
  await line.send('Network.enable')
  if (slow)
    await line.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: (1.6 * 1024 * 1024) / 8,
      uploadThroughput: (750 * 1024) / 8,
    })
  await page.addInitScript((wanted) => {
    const look = () => {
      const box = document.querySelector(wanted)
      if (!globalThis.usable && box && !box.disabled) globalThis.usable = performance.now()
    }
    new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true })
  }, selector)
  await page.goto(path)
  const took = await until(`${path} on a slow line`, () => page.evaluate(() => globalThis.usable))
  await page.context().close()
  return took
}

async function slowLine(page) {
  if (process.env.BEIAN_PORTAL) return console.log('slow line: only with the pages in the binary')
  const storageState = await page.context().storageState()
  for (const [path, selector] of [
    ['/', 'main .call, main a[href="/start"]'],
    ['/start', 'main form button[type=submit]'],
    ['/orders', 'main h1'],
  ]) {
    const times = []
    for (let i = 0; i < kTries && !(times.at(-1) < kMost); ++i) {
      const free = await usableAfter(storageState, path, selector, false)
      const slow = await usableAfter(storageState, path, selector, true)
      times.push(slow - Math.max(0, free - kIdle))
      console.log(`${path} usable after ${Math.round(slow)} ms, on a free line ${Math.round(free)} ms`)
    }
    assert.ok(Math.min(...times) < kMost, `${path} is too slow`)
  }
}

const box = (page) => page.getByLabel('投资者')
async function again(page, words) {
  await page.reload()
  await box(page).waitFor()
  assert.equal(await box(page).inputValue(), words)
}
async function onServer(page, words) {
  await until(`“${words}” at the server`, async () =>
    (await api(page, 'GET', `/orders/${orderOf(page)}`)).document.entity.investor === words)
}

// What was typed without a line is sent when it is back, by the same page or, when that was closed,
// by the next one.
async function brokenLine(page) {
  await page.context().setOffline(true)
  await box(page).fill('样例断线投资')
  await page.getByRole('alert').filter({ hasText: '保存在本机' }).waitFor()
  await page.context().setOffline(false)
  await onServer(page, '样例断线投资')
  await saved(page)
  await page.context().setOffline(true)
  await box(page).fill('样例关页投资')
  await page.getByRole('alert').filter({ hasText: '保存在本机' }).waitFor()
  const next = await page.context().newPage()
  const address = page.url()
  await page.close()
  await next.context().setOffline(false)
  await next.goto(address)
  await box(next).waitFor()
  assert.equal(await box(next).inputValue(), '样例关页投资')
  await onServer(next, '样例关页投资')
  await saved(next)
  console.log('a broken line lost no word')
  return next
}

// The last step could not ask; asked once more it tells, and what was typed is there.
async function checkedOnceMore(page) {
  await page.context().setOffline(true)
  await box(page).fill('样例检查投资')
  await step(page, '检查并提交')
  const more = page.getByRole('button', { name: '再检查一次' })
  await more.waitFor()
  await page.context().setOffline(false)
  await more.click()
  await more.waitFor({ state: 'detached' })
  await page.locator('section', { has: page.getByRole('heading', { name: '提交前检查' }) }).locator('.good, h3').first().waitFor()
  await onServer(page, '样例检查投资')
  await step(page, '主体信息')
  assert.equal(await box(page).inputValue(), '样例检查投资')
  console.log('the check was made once more')
}

// The session ends elsewhere; the page asks for the password and goes on where it was.
async function endedSession(page) {
  await api(page, 'DELETE', '/session')
  await box(page).fill('样例重登投资')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('密码', { exact: true }).waitFor()
  if (await dialog.getByLabel('账号').isEditable()) await fill(dialog, '账号', 'applicant-sample')
  await dialog.getByLabel('密码', { exact: true }).fill(kPassword)
  await dialog.locator('button[type=submit]').click()
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(await box(page).inputValue(), '样例重登投资')
  await onServer(page, '样例重登投资')
  await saved(page)
  await again(page, '样例重登投资')
  console.log('an ended session lost no word')
}

try {
  const page = await world.page(options)
  await signIn(page, 'applicant-sample')
  await slowLine(page)
  const order = await api(page, 'POST', '/orders', { kind: 'first', document: { entity, services } })
  await page.goto(`/orders/${order.id}`)
  await box(page).waitFor()
  await checkedOnceMore(page)
  await endedSession(await brokenLine(page))
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
