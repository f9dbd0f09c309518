// Filings that go to others, from the first click to the end: a website to another entity with its
// holder's agreement, and an entity that a new system finds at the authority. An entity to another
// account: account_pages.mjs.
//   node tests/e2e/moving_kinds.mjs BEIAN [phone]
// Screenshots of the pages are kept when BEIAN_SCREENSHOTS names a folder.
import assert from 'node:assert/strict'
import { kProvider, manage } from './office_world.mjs'
import { attach, button, fillWebsite, find, finish, handIn, orderOf, pass, saved, step, sure } from './orders.mjs'
import { another, peopleOf, sample } from './samples.mjs'
import { api, choose, fileSample, fill, looking, register, signIn, sizes, startWorld, until } from './world.mjs'

const [binary, size] = process.argv.slice(2)
const phone = size === 'phone'
const { entity, services } = sample.document
const target = another(1)
const people = [...peopleOf(sample.document), ...peopleOf(target)]
const world = await startWorld(binary)
const options = sizes[phone ? 'phone' : 'desktop']
const look = looking(phone, 'moving-')
const kTarget = 'yangli-target'

// Notices come a moment after what they tell of, and the page does not ask again by itself.
const noticed = (page, text) =>
  until(`the notice ${text}`, async () => {
    await page.goto('/notices')
    await page.waitForLoadState('networkidle')
    return (await page.locator('.notice', { hasText: text }).count()) > 0
  })

async function migrate(holder, page, reviewer, old) {
  await find(page, { entity: target.entity, domain: services[0].domains[0] }, '迁移备案')
  await fill(page, '名称', target.entity.name)
  await step(page, '服务信息')
  await fillWebsite(page, { name: '样例迁入网站', home: `www.${services[0].domains[0]}`, address: '203.0.113.20' })
  await step(page, '原备案')
  await page.getByText('须由该账号同意').waitFor()
  await page.getByRole('tabpanel').getByText(`${old}-1`).waitFor()
  await look(page, 'leaving')
  // Entity and persons are filled in by hand in the first filing's walk.
  await saved(page)
  const order = await api(page, 'GET', `/orders/${orderOf(page)}`)
  await api(page, 'PUT', `/orders/${order.id}`, {
    version: order.version,
    document: {
      ...order.document,
      entity: target.entity,
      services: [{ ...order.document.services[0], manager: target.services[0].manager }],
    },
  })
  await page.reload()
  await page.getByRole('tab').first().waitFor()

  // The holder is told, and answers; before that nothing can be handed in.
  await noticed(holder, '网站迁移等待您同意')
  await holder.locator('.notice', { hasText: '网站迁移等待您同意' }).getByRole('button', { name: '去答复' }).click()
  await holder.waitForURL(/\/migrations$/)
  await holder.getByText(target.entity.name).waitFor()
  await holder.getByRole('link', { name: '网站迁出（1 个待答复）' }).waitFor()
  await look(holder, 'asked')
  await button(holder, '不同意').click()
  await sure(holder)
  await holder.locator('.state', { hasText: '不同意' }).waitFor()
  await button(holder, '同意迁出').click()
  await sure(holder)
  await holder.locator('.state', { hasText: '已同意' }).waitFor()
  await noticed(page, '原主体同意迁移')
  await page.goto(`/orders/${order.id}`)
  await handIn(page)
  const number = await finish(world, page, reviewer, { people, parts: 2 })
  await look(page, 'migrated')
  assert.match(number, /^粤ICP备\d{10}号$/)
  assert.notEqual(number, old)
  await holder.goto('/migrations')
  await holder.locator('.state', { hasText: '已迁出' }).waitFor()
  console.log(`migrate: ${old}-1 is ${number}-1`)
  return number
}

// A provider that came from another system: what the authority has of it is nobody's yet.
async function claim(document, number) {
  const password = await world.filingPassword(document.entity.manager)
  await world.forgetProvider()
  await manage(world, 'synchronise', { provider_id: kProvider, parts: ['icp'] })
  const page = await world.page(options)
  await signIn(page, 'applicant-sample')
  const reviewer = await world.page(options)
  await signIn(reviewer, 'reviewer-sample')
  await until('what is filed', async () =>
    (await api(page, 'GET', `/access?host=${services[0].domains[0]}`)).reason === 'filed')
  await page.goto('/filings')
  await button(page, '认领已有备案').click()
  await page.getByText('要认领的备案').waitFor()
  await fill(page, '主体备案号', number)
  await fill(page, '备案密码', password)
  await fill(page, '名称', '样例科技第9有限公司')
  await choose(page, '单位性质', '企业')
  await choose(page, '证件类型', '营业执照（个人或企业）')
  await fill(page, '证件号码', document.entity.certificate.number)
  await saved(page)
  await look(page, 'claim')
  await attach(page)
  await page.reload()
  // A name that is not the filed one is told, and the way to it.
  await step(page, '检查并提交')
  await page.locator('.problems button').first().press('Enter')
  await page.locator('.field.bad').getByLabel('名称').waitFor()
  await fill(page, '名称', document.entity.name)
  await handIn(page)
  await pass(reviewer, orderOf(page))
  await page.locator('.progress .state.completed').waitFor({ timeout: 30_000 })
  assert.deepEqual(await page.locator('.path li').allInnerTexts(), ['填写', '接入商初审', '完成'])
  await look(page, 'claimed')
  await page.goto('/filings')
  await page.getByRole('heading', { name: number }).first().waitFor()
  console.log(`claim: ${number} has an account`)
}

try {
  const holder = await world.page(options)
  await signIn(holder, 'applicant-sample')
  const reviewer = await world.page(options)
  await signIn(reviewer, 'reviewer-sample')
  const page = await world.page(options)
  await register(page, kTarget)
  const old = await fileSample(world, holder, reviewer, sample)
  const number = await migrate(holder, page, reviewer, old)
  await claim(target, number)
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
