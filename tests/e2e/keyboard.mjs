// A first filing and its review by keys alone: every field, choice, picture and button is come to by
// the tabulator, and does what it does by keys.
//   node tests/e2e/keyboard.mjs BEIAN
import assert from 'node:assert/strict'
import { choices, saved } from './orders.mjs'
import { sample } from './samples.mjs'
import { kPassword, picture, startWorld, until } from './world.mjs'

const [binary] = process.argv.slice(2)
const { entity, services } = sample.document
const world = await startWorld(binary)
const kMostSteps = 250

const shown = (wanted) => wanted.evaluate((e) => e.outerHTML.slice(0, 300))
const press = (page, key) => page.keyboard.press(key)
const type = (page, text) => page.keyboard.insertText(text)
const labelled = (scope, label) => scope.getByLabel(label, { exact: false }).first()
const button = (page, name) => page.getByRole('button', { name }).first()

// How the box looks, or what may draw the focus for it: the frame around a field, the dot of a choice.
const looksOf = (box) => {
  const drawn = [box, box.nextElementSibling, box.parentElement, box.parentElement?.parentElement, box.closest('.el-select__wrapper')]
  return JSON.stringify(
    drawn.filter(Boolean).map((e) => {
      const { outlineStyle, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(e)
      return [outlineStyle, outlineColor, boxShadow, borderColor, backgroundColor]
    }),
  )
}

// Whoever has no mouse has no other way there. Where the focus is must be seen.
async function reach(page, wanted) {
  const target = await wanted.elementHandle()
  const before = await target.evaluate(looksOf)
  for (let i = 0; i < kMostSteps; ++i) {
    if (await target.evaluate((box) => box === document.activeElement)) {
      if (i > 0) await until(`the focus at ${await shown(wanted)}`, async () => (await target.evaluate(looksOf)) !== before, 5)
      return
    }
    await press(page, 'Tab')
  }
  throw new Error(`not to be reached by keys: ${await shown(wanted)}`)
}
async function enter(page, wanted, key = 'Enter') {
  await reach(page, wanted)
  await press(page, key)
}
async function write(page, wanted, text) {
  await reach(page, wanted)
  await type(page, text)
}

// An option of a choice; the first one when none is named.
async function choose(page, box, option) {
  await enter(page, box)
  const chosen = async () => {
    const id = await box.getAttribute('aria-activedescendant')
    return id ? (await page.locator(`[id="${id}"]`).textContent()).trim() : ''
  }
  const list = page.locator(`[id="${await box.getAttribute('aria-controls')}"]`)
  await list.getByRole('option').first().waitFor()
  for (let i = 0; i < kMostSteps; ++i) {
    const text = await chosen()
    if (text && (!option || text === option)) break
    await press(page, 'ArrowDown')
  }
  assert.ok(option === undefined || (await chosen()) === option, `${option} is not to be chosen by keys`)
  await press(page, 'Enter')
  await press(page, 'Escape')
  await list.waitFor({ state: 'hidden' })
}

async function signIn(page, name) {
  await write(page, page.getByLabel('账号'), name)
  await write(page, page.getByLabel('密码', { exact: true }), kPassword)
  await press(page, 'Enter')
  await button(page, '退出').waitFor()
}

async function person(page, title, of) {
  const box = page.locator('fieldset', { has: page.locator('legend', { hasText: title }) })
  await write(page, labelled(box, '姓名'), of.name)
  await choose(page, box.getByRole('combobox').first(), '居民身份证')
  for (const [label, text] of [
    ['证件号码', of.certificate_number], ['手机号码', of.mobile], ['应急联系电话', of.emergency_mobile],
    ['办公电话', of.office_phone], ['电子邮箱', of.email],
  ])
    await write(page, labelled(box, label), text)
}

async function apply(page) {
  await page.goto('/')
  await enter(page, page.getByRole('link', { name: '开始备案' }))
  await button(page, '登录').waitFor()
  await signIn(page, 'applicant-sample')
  await page.goto('/start')
  // To another kind and back.
  const [website, app] = ['网站', 'App'].map((name) => page.getByRole('radio', { name, exact: true }))
  await enter(page, website, 'ArrowRight')
  assert.ok(await app.isChecked())
  await enter(page, app, 'ArrowLeft')
  assert.ok(await website.isChecked())
  await choose(page, page.getByRole('combobox', { name: '省' }).first(), '广东省')
  await choose(page, page.getByRole('combobox', { name: '单位性质' }), '企业')
  await write(page, labelled(page, '证件号码'), entity.certificate.number)
  await write(page, page.getByLabel('域名'), services[0].domains[0])
  await enter(page, button(page, '判断备案类型'))
  await page.getByRole('heading', { name: '需要办理：首次备案' }).waitFor()
  await enter(page, button(page, '开始填写'))
  await page.waitForURL(/\/orders\/.+/)
  const id = page.url().split('/').at(-1)

  await write(page, labelled(page, '名称'), entity.name)
  await write(page, labelled(page, '证件住所'), entity.certificate.address)
  await write(page, labelled(page, '投资者'), entity.investor)
  await choose(page, page.getByRole('combobox', { name: '市' }).first(), '广州市')
  await choose(page, page.getByRole('combobox', { name: '区县' }).first(), '天河区')
  await write(page, labelled(page, '通信地址'), entity.location.address)
  await person(page, '主体负责人', entity.manager)
  await saved(page)
  await enter(page, button(page, '下一步'))
  await write(page, labelled(page, '服务名称'), services[0].name)
  await write(page, labelled(page, '首页网址'), services[0].home_url)
  for (const label of choices) await choose(page, page.getByRole('combobox', { name: label }).first())
  await write(page, labelled(page, '服务器地址'), services[0].accesses[0].addresses[0].from)
  await person(page, '服务负责人', services[0].manager)
  await saved(page)
  await enter(page, button(page, '下一步'))

  const slots = page.locator('section.card', { has: page.locator('.upload') })
  await slots.first().waitFor()
  for (let i = 0; i < (await slots.count()); ++i) {
    const chooser = page.waitForEvent('filechooser')
    await enter(page, slots.nth(i).locator('.upload').locator('button, [tabindex="0"], input[type=file]').first())
    await (await chooser).setFiles({
      name: `样例${i}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await picture(page, `SAMPLE ${i}`),
    })
    await slots.nth(i).locator('img').first().waitFor()
  }
  await enter(page, button(page, '下一步'))
  await page.getByText('没有发现问题，可以提交').waitFor()
  await enter(page, button(page, '提交初审'))
  await page.locator('.state.in_review').waitFor()
  return id
}

async function review(page, id) {
  await page.goto('/sign-in')
  await signIn(page, 'reviewer-sample')
  await page.goto('/review')
  await page.locator(`a[href$="${id}"]`).waitFor()
  await enter(page, page.locator(`a[href$="${id}"]`))
  await button(page, '通过').waitFor()
  await enter(page, button(page, '通过'))
  await page.waitForURL(/\/review$/)
}

try {
  const page = await world.page()
  const id = await apply(page)
  await review(await world.page(), id)
  await page.locator('.progress .state.sms_pending').waitFor({ timeout: 30_000 })
  console.log('a first filing and its review by keys alone')
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
