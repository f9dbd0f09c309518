// The kinds of orders about a website that is filed here, each from the first click to its end:
//   node tests/e2e/order_kinds.mjs BEIAN [phone]
// Filings that go to others are in moving_kinds.mjs, apps in app_kinds.mjs.
// Screenshots of the pages are kept when BEIAN_SCREENSHOTS names a folder.
import assert from 'node:assert/strict'
import { begin, fillWebsite, find, finish, handIn, sameManager, saved, step } from './orders.mjs'
import { peopleOf, sample } from './samples.mjs'
import { api, choose, fileSample, fill, looking, signIn, sizes, startWorld } from './world.mjs'

const [binary, size] = process.argv.slice(2)
const phone = size === 'phone'
const { entity, services } = sample.document
const world = await startWorld(binary)
const options = sizes[phone ? 'phone' : 'desktop']
const look = looking(phone, 'kinds-')
const people = peopleOf(sample.document)
const kSecond = 'yangli-second-example.cn'

try {
  const page = await world.page(options)
  await signIn(page, 'applicant-sample')
  const reviewer = await world.page(options)
  await signIn(reviewer, 'reviewer-sample')
  const number = await fileSample(world, page, reviewer, sample)
  const end = async (what, more = {}) => {
    await handIn(page)
    const told = await finish(world, page, reviewer, { people, ...more })
    await look(page, what)
    console.log(`${what}: ${told}`)
  }
  const reason = async (host) => (await api(page, 'GET', `/access?host=${host}`)).reason
  const cancel = async (name, why, service) => {
    await begin(page, name, service)
    await choose(page, '注销原因', why)
  }

  await find(page, { entity, domain: kSecond }, '新增互联网信息服务')
  await fillWebsite(page, { name: '样例第二官网', home: `www.${kSecond}`, address: '203.0.113.11' })
  await sameManager(page)
  await end('add_service')
  assert.equal(await reason(kSecond), 'filed')

  await begin(page, '变更', `${number}-2`)
  await fill(page, '服务名称', '样例第二改名官网')
  await end('change_service')

  await begin(page, '变更主体')
  await fill(page, '通信地址', '样例大道2号样例大厦202室')
  await end('change_entity')

  await begin(page, '变更主体和服务')
  await fill(page, '通信地址', '样例大道3号样例大厦303室')
  await step(page, '服务信息')
  await page.getByRole('group', { name: /第 2 个服务/ }).getByLabel('服务名称').fill('样例第二又改名官网')
  await end('change_both')

  // The access ends, and comes back as a new one.
  await cancel('取消接入', '更换接入服务商', `${number}-2`)
  await end('cancel_access', { sms: false })
  assert.equal(await reason(kSecond), 'no_access_here')
  await find(page, { entity, domain: kSecond }, '新增接入')
  await fill(page, '备案密码', await world.filingPassword(entity.manager))
  await step(page, '服务信息')
  for (const label of ['接入方式', '服务器放置地']) await choose(page, label)
  await fill(page, '服务器地址', '203.0.113.12')
  await end('add_access')
  assert.equal(await reason(kSecond), 'filed')

  await cancel('注销', '不再运营', `${number}-2`)
  await end('cancel_service')
  assert.equal(await reason(kSecond), 'cancelled')
  await cancel('注销主体', '不再运营')
  await fill(page, '备案密码', await world.filingPassword(entity.manager))
  await saved(page)
  await end('cancel_entity')
  assert.equal(await reason(services[0].domains[0]), 'cancelled')
  await page.goto('/filings')
  await page.getByText('主体已注销，只供查阅').waitFor()
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
