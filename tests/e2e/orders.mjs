// What the walks through the kinds of orders have in common: pictures, handing in, the review, and
// what persons and authority do, until the order's page says that it is done.
import { api, approve, fill, pick, picture, verifyPersons } from './world.mjs'

export const button = (scope, name) => scope.getByRole('button', { name, exact: true })
export const orderOf = (page) => page.url().split('/').at(-1)
export const saved = (page) => page.getByRole('status').filter({ hasText: '已保存' }).waitFor()
export const step = (page, name) => page.getByRole('tab', { name }).click()
// The small window that asks once more.
export const sure = (page) => page.locator('.el-popconfirm:visible').getByRole('button', { name: '确定' }).click()

// To the order that a button of the filings' page begins.
export async function begin(page, name, within) {
  await page.goto('/filings')
  const scope = within ? page.locator('.card .card', { hasText: within }) : page
  await button(scope, name).first().click()
  await page.waitForURL(/\/orders\/.+/)
  await page.getByRole('tab').first().waitFor()
}

// What the start page finds by these answers, and the order that comes of it.
export async function find(page, { entity, kind = '网站', domain, answers = {} }, title) {
  await page.goto('/start')
  await page.getByRole('radio', { name: kind, exact: true }).locator('xpath=..').click()
  await pick(page, page.getByRole('combobox', { name: '省' }).first(), '广东省')
  await pick(page, page.getByRole('combobox', { name: '单位性质' }), '企业')
  await fill(page, '证件号码', entity.certificate.number)
  for (const [label, text] of Object.entries(answers)) await fill(page, label, text)
  if (domain) await fill(page, '域名', domain)
  await button(page, '判断备案类型').click()
  await page.getByRole('heading', { name: `需要办理：${title}` }).waitFor()
  await button(page, '开始填写').click()
  await page.waitForURL(/\/orders\/.+/)
  await page.getByRole('tab').first().waitFor()
}

export const choices = ['服务内容', '语言', '接入方式', '服务器放置地']
export async function fillWebsite(page, { name, home, address }) {
  await fill(page, '服务名称', name)
  await fill(page, '首页网址', home)
  for (const label of choices) await pick(page, page.getByRole('combobox', { name: label }).first())
  await fill(page, '服务器地址', address)
}

// One person for entity and service; Guangdong wants two numbers of him.
export async function sameManager(page) {
  await page.getByText('合计至少要有 2 个不同的号码').first().waitFor()
  await button(page, '与主体负责人相同').click()
  await page.waitForFunction(() => document.activeElement.closest('.emergency')?.querySelector('.must'))
  await fill(page, '应急联系电话', '13800000011')
}

// Each picture that the order asks for; how one is chosen by hand is the first filing's walk.
export async function attach(page) {
  const id = orderOf(page)
  const images = { paper: await picture(page, 'SAMPLE'), icon: await picture(page, 'SAMPLE', 560) }
  const missing = async () =>
    (await api(page, 'GET', `/orders/${id}/findings`)).problems.filter((p) => p.code === 'material_missing')
  for (let asked = await missing(); asked.length; asked = await missing())
    for (const { field } of asked) {
      const [owner, purpose] = field.split('/materials/')
      const image = owner.endsWith('/app') ? images.icon : images.paper
      await api(page, 'POST', `/orders/${id}/materials?purpose=${purpose}&owner=${encodeURIComponent(owner)}`, image, {
        'Content-Type': 'image/jpeg',
      })
    }
}

// By its last step, which says that nothing is wrong.
export async function handIn(page) {
  await saved(page)
  await attach(page)
  await page.reload()
  await step(page, '检查并提交')
  const told = page.locator('section', { has: page.getByRole('heading', { name: '提交前检查' }) })
  await told.locator('.good, h3').first().waitFor()
  if (!(await told.locator('.good').count())) throw new Error(`not ready: ${await told.innerText()}`)
  await button(page, '提交初审').click()
  await page.locator('.state.in_review').waitFor()
}

export async function pass(reviewer, id) {
  await reviewer.goto('/review')
  await reviewer.locator(`a[href$="${id}"]`).click()
  await reviewer.getByRole('button', { name: '通过（Alt+P）' }).waitFor()
  await reviewer.keyboard.press('Alt+p')
  await reviewer.waitForURL(/\/review$/)
}

// Everybody whom the order's page names answers his message; it shows the end of his number only.
async function answerMessages(world, page, people) {
  const { persons } = await api(page, 'GET', `/orders/${orderOf(page)}/sms`)
  const tails = new Set(persons.filter((p) => p.state !== 'done').map((p) => p.mobile_tail))
  await verifyPersons(world, [...tails].map((tail) => people.filter((p) => p.mobile.endsWith(tail))))
}

// From the review to the end, on the order's page, which follows by itself.
const arrives = (page, states) => page.locator(states.map((s) => `.progress .state.${s}`).join(', ')).waitFor({ timeout: 30_000 })
export async function finish(world, page, reviewer, { people, name, parts = 1, sms = true }) {
  await pass(reviewer, orderOf(page))
  for (let part = 0; part < parts; ++part) {
    if (sms) {
      await arrives(page, ['sms_pending'])
      await answerMessages(world, page, people)
    }
    await arrives(page, ['at_authority'])
    await approve(world, name)
  }
  await arrives(page, ['completed'])
  return page.locator('.progress .number').first().textContent()
}
