// An app, a mini program and a quick app, each from the first click to its number:
//   node tests/e2e/app_kinds.mjs BEIAN [phone]
// Screenshots of the pages are kept when BEIAN_SCREENSHOTS names a folder.
import assert from 'node:assert/strict'
import { button, find, finish, handIn, orderOf, sameManager, saved, step } from './orders.mjs'
import { peopleOf, sample, sampleApp } from './samples.mjs'
import { api, choose, fill, looking, pick, signIn, sizes, startWorld } from './world.mjs'

const [binary, size] = process.argv.slice(2)
const phone = size === 'phone'
const { entity, services } = sample.document
const world = await startWorld(binary)
const options = sizes[phone ? 'phone' : 'desktop']
const look = looking(phone, 'apps-')
const people = peopleOf(sample.document)

const yesNo = (page, question, answer) =>
  page.getByRole('radiogroup', { name: question }).getByText(answer, { exact: true }).click()

async function describe(page, name, content) {
  await fill(page, '服务名称', name)
  await choose(page, '语言')
  await choose(page, 'App 服务内容', content)
  await fill(page, '服务用途说明', sampleApp.purpose)
}

async function app(page) {
  await find(page, { entity, kind: 'App', answers: { '包名': sampleApp.package } }, '首次备案')
  // The entity is filled in by hand in the first filing's walk.
  const order = await api(page, 'GET', `/orders/${orderOf(page)}`)
  const [service] = order.document.services
  await api(page, 'PUT', `/orders/${order.id}`, {
    version: order.version,
    document: { ...order.document, entity, services: [{ ...service, manager: services[0].manager }] },
  })
  await page.reload()
  await step(page, '服务信息')
  await describe(page, sampleApp.name, '工具 · 效率工具')
  await fill(page, '签名证书指纹', sampleApp.fingerprint)
  await fill(page, '签名证书公钥', sampleApp.publicKey)
  await yesNo(page, '向其他 App 提供 SDK', '否')
  await yesNo(page, '使用第三方 SDK', '是')
  await button(page, '添加 SDK').click()
  await fill(page, 'SDK 名称', '样例支付SDK')
  await fill(page, '提供者', '样例支付有限公司')
  await choose(page, 'SDK 类型')
  for (const label of ['接入方式', '服务器放置地']) await choose(page, label)
  await fill(page, '服务器地址', '203.0.113.30')
  await saved(page)
  await look(page, 'app')
}

async function applet(page, kind, id) {
  await find(page, { entity, kind, answers: { '所在平台': '样例平台', '平台分配的 ID': id } }, '新增互联网信息服务')
  await describe(page, `样例${kind}`, '工具 · 效率工具')
  await sameManager(page)
  await saved(page)
}

try {
  const page = await world.page(options)
  await signIn(page, 'applicant-sample')
  const reviewer = await world.page(options)
  await signIn(reviewer, 'reviewer-sample')
  await app(page)
  await handIn(page)
  const number = await finish(world, page, reviewer, { people, name: entity.name })
  await applet(page, '小程序', 'wx0001')
  await handIn(page)
  await finish(world, page, reviewer, { people })
  await applet(page, '快应用', 'qa0001')
  await handIn(page)
  await finish(world, page, reviewer, { people })
  await page.goto('/filings')
  for (const suffix of ['-1A', '-2X', '-3K'])
    await page.getByRole('heading', { name: number + suffix }).waitFor()
  await look(page, 'filings')
  assert.match(number, /^粤ICP备\d{10}号$/)
  console.log(`${number}-1A, -2X, -3K in ${phone ? 'a phone' : 'a desktop'}'s browser`)
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
