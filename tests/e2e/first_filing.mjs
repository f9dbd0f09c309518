// From the first click to the number, in a real browser, on a desktop or a phone's size:
//   node tests/e2e/first_filing.mjs BEIAN [phone]
// Screenshots of the pages on the way are kept when BEIAN_SCREENSHOTS names a folder.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  allPictures, approve, choose, fill, looking, pick, picture, signIn, sizes, startWorld, verifyPersons,
} from './world.mjs'

const [binary, size] = process.argv.slice(2)
const phone = size === 'phone'
const sample = JSON.parse(readFileSync(new URL('../../data/demo/first-website.json', import.meta.url)))
const { entity, services } = sample.document
const world = await startWorld(binary)
const options = sizes[phone ? 'phone' : 'desktop']
const look = looking(phone)

async function fillPerson(page, title, person) {
  const box = page.locator('fieldset', { has: page.locator('legend', { hasText: title }) })
  await fill(box, '姓名', person.name)
  await pick(page, box.getByRole('combobox').first(), '居民身份证')
  await fill(box, '证件号码', person.certificate_number)
  await fill(box, '手机号码', person.mobile)
  await fill(box, '应急联系电话', person.emergency_mobile)
  await fill(box, '办公电话', person.office_phone)
  await fill(box, '电子邮箱', person.email)
}

try {
  const page = await world.page(options)
  await page.goto('/')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await look(page, 'home')
  await page.getByRole('link', { name: '开始备案' }).click()
  await page.getByRole('button', { name: '登录' }).waitFor()
  await look(page, 'sign-in')
  await signIn(page, 'applicant-sample')

  await page.goto('/start')
  await choose(page, '省', '广东省')
  await choose(page, '单位性质', '企业')
  await fill(page, '证件号码', 'not a number')
  await page.getByLabel('域名').fill(services[0].domains[0])
  await page.getByRole('button', { name: '判断备案类型' }).click()
  await page.locator('.problem').first().waitFor()
  await look(page, 'start-with-a-fault')
  await fill(page, '证件号码', entity.certificate.number)
  await page.getByRole('button', { name: '判断备案类型' }).click()
  await page.getByRole('heading', { name: '需要办理：首次备案' }).waitFor()
  await look(page, 'start')
  await page.getByRole('button', { name: '开始填写' }).click()

  await page.waitForURL(/\/orders\/.+/)
  const id = page.url().split('/').at(-1)
  await fill(page, '名称', entity.name)
  await fill(page, '证件住所', entity.certificate.address)
  await fill(page, '投资者', entity.investor)
  await choose(page, '市', '广州市')
  await choose(page, '区县', '天河区')
  await fill(page, '通信地址', entity.location.address)
  await fillPerson(page, '主体负责人', entity.manager)
  await page.getByRole('status').filter({ hasText: '已保存' }).waitFor()
  await look(page, 'entity')
  // What was typed is there again.
  await page.reload()
  await page.getByLabel('通信地址').waitFor()
  assert.equal(await page.getByLabel('通信地址').inputValue(), entity.location.address)

  await page.getByRole('button', { name: '下一步' }).click()
  await fill(page, '服务名称', services[0].name)
  await fill(page, '首页网址', services[0].home_url)
  for (const label of ['服务内容', '语言', '接入方式', '服务器放置地']) await choose(page, label)
  await fill(page, '服务器地址', services[0].accesses[0].addresses[0].from)
  await fillPerson(page, '服务负责人', services[0].manager)
  await page.getByRole('status').filter({ hasText: '已保存' }).waitFor()
  await look(page, 'service')

  await page.getByRole('button', { name: '下一步' }).click()
  await page.locator('.upload').first().waitFor()
  const slots = await page.locator('section.card', { has: page.locator('.upload') }).count()
  // The five of the interface, and the letter that Guangdong asks for.
  assert.equal(slots, 6)
  for (let i = 0; i < slots; ++i) {
    const slot = page.locator('section.card', { has: page.locator('.upload') }).nth(i)
    const answer = page.waitForResponse((r) => r.request().method() === 'POST' && r.url().includes('/materials'))
    await slot.locator('input[type=file]').setInputFiles({
      name: `样例${i}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await picture(page, `SAMPLE ${i}`),
    })
    assert.equal((await answer).status(), 201)
    await slot.locator('img').first().waitFor()
  }
  await look(page, 'materials')
  await allPictures(page)
  await page.getByRole('button', { name: '下一步' }).press('Enter')
  await page.getByRole('heading', { name: '提交前检查' }).waitFor()
  await page.getByText('没有发现问题，可以提交').waitFor()
  await page.getByText('提交的内容').press('Enter')
  await page.getByText('企业', { exact: true }).waitFor()
  await page.getByText('即时通信', { exact: true }).waitFor()
  await look(page, 'check')
  await page.getByRole('button', { name: '提交初审' }).click()
  await page.locator('.state.in_review').waitFor()
  assert.equal(await page.locator('.path [aria-current=step]').innerText(), '接入商初审')
  await look(page, 'in-review')
  await page.getByText('提交的内容').press('Enter')
  await page.getByText('样例科技（广州）有限公司').waitFor()
  await page.getByText('天河区', { exact: true }).waitFor()
  await allPictures(page)
  await look(page, 'handed-in')

  const reviewer = await world.page(options)
  await signIn(reviewer, 'reviewer-sample')
  await reviewer.goto('/review')
  await reviewer.locator(`a[href$="${id}"]`).waitFor()
  await look(reviewer, 'queue')
  await reviewer.locator(`a[href$="${id}"]`).click()
  await reviewer.getByRole('button', { name: '通过' }).waitFor()
  await allPictures(reviewer)
  await reviewer.getByText('企业 (4)').waitFor()
  await reviewer.getByText('天河区 (440106)').waitFor()
  await look(reviewer, 'review')
  await reviewer.getByRole('button', { name: '通过' }).click()
  await reviewer.waitForURL(/\/review$/)

  // The applicant's page follows by itself.
  await page.locator('.state.sms_pending').waitFor({ timeout: 30_000 })
  await look(page, 'sms')
  await verifyPersons(world, [entity.manager, services[0].manager])
  await approve(world, entity.name)
  await page.locator('.progress .state.completed').waitFor({ timeout: 30_000 })
  const number = await page.locator('.progress .number').first().textContent()
  assert.match(number, /^粤ICP备\d{10}号$/)
  assert.equal(await page.locator('.path .behind').count(), 6)
  await look(page, 'completed')
  await page.getByRole('link', { name: '到“我的备案”' }).click()
  await page.getByText(`${number}-1`).waitFor()
  await look(page, 'filings')
  await page.goto('/query')
  const ask = async (words) => {
    await page.getByLabel('域名、备案号或单位名称').fill(words)
    await page.getByRole('main').getByRole('button', { name: '查询' }).click()
  }
  await ask(sample.host)
  await page.getByRole('heading', { name: '已备案，可以访问' }).waitFor()
  await page.getByRole('heading', { name: '已备案', exact: true }).waitFor()
  await page.getByText(`${number}-1`).waitFor()
  await look(page, 'query')
  await ask(entity.name.slice(0, 4))
  await page.waitForURL(/q=%E6/)
  await page.getByText(number).first().waitFor()
  await ask('京ICP备2026999999号')
  await page.getByRole('heading', { name: '无法确定' }).waitFor()
  await look(page, 'query-unknown')
  // The same in the dark and in English.
  await page.getByRole('button', { name: '深色' }).click()
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'What is filed?' }).waitFor()
  await look(page, 'dark-english')
  console.log(`${number} in ${phone ? 'a phone' : 'a desktop'}'s browser`)
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
