// How much each kind of order asks somebody to put in: fields that must be filled in and are empty,
// and pictures. What is known or verified already is no input. inputs.json keeps the numbers: they go
// down, not up.
//   node tests/e2e/inputs.mjs BEIAN
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { begin, find, finish, handIn, orderOf } from './orders.mjs'
import { another, sample, sampleApp } from './samples.mjs'
import { api, choose, fileSample, register, signIn, startWorld } from './world.mjs'

const [binary] = process.argv.slice(2)
const kept = JSON.parse(readFileSync(new URL('inputs.json', import.meta.url)))
const kMost = 40 // of a first filing
const kPage = 1500 // characters
const { entity, services } = sample.document
const world = await startWorld(binary)
const counted = {}

const empties = (page) =>
  page.locator('main').evaluate((main) => {
    const empty = (field) => {
      if (field.querySelector('[role=radiogroup]')) return !field.querySelector('input:checked')
      const choice = field.querySelector('.el-select')
      if (choice) return !choice.querySelector('.el-tag, .el-select__placeholder:not(.is-transparent)')
      return !field.querySelector('input, textarea')?.value
    }
    const fields = [...main.querySelectorAll('.field')].filter(
      (f) => f.querySelector('.must') && !f.querySelector('input:disabled, textarea:disabled') && empty(f),
    )
    return fields.length + [...main.querySelectorAll('.upload')].filter((u) => !u.closest('section').querySelector('img')).length
  })

// On all steps of the order that the page shows.
async function count(page, kind, before = 0) {
  let sum = before
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click()
    const name = await tab.innerText()
    if (name.includes('材料')) await page.locator('.upload, main p').first().waitFor()
    if (name.includes('检查')) continue
    await page.waitForLoadState('networkidle')
    sum += await empties(page)
  }
  counted[kind] = sum
}
async function giveUp(page) {
  const { id, version } = await api(page, 'GET', `/orders/${orderOf(page)}`)
  await api(page, 'POST', `/orders/${id}/abandon`, { version })
}
async function atStart(page, kind = '网站') {
  await page.goto('/start')
  await page.getByRole('radio', { name: kind, exact: true }).locator('xpath=..').click()
  return empties(page)
}

// The stars tell the truth: with what bears one, and the pictures, nothing else is missing.
async function starsAreEnough(page) {
  const order = await api(page, 'GET', `/orders/${orderOf(page)}`)
  const { investor: _, ...rest } = structuredClone(entity)
  const service = structuredClone(services[0])
  delete service.home_url
  delete rest.location.county
  for (const person of [rest.manager, service.manager]) delete person.emergency_mobile
  const document = { entity: rest, services: [service] }
  await api(page, 'PUT', `/orders/${order.id}`, { version: order.version, document })
  const { problems } = await api(page, 'GET', `/orders/${order.id}/findings`)
  assert.deepEqual(problems.filter((p) => p.code !== 'material_missing'), [])
  const typed = JSON.stringify(document).match(/(?<=":)"[^"]*"/g).join('').length
  console.log(`typed: ${typed} characters`)
  assert.ok(typed < kPage)
}

try {
  const page = await world.page()
  await signIn(page, 'applicant-sample')
  const reviewer = await world.page()
  await signIn(reviewer, 'reviewer-sample')
  let before = await atStart(page, 'App')
  await find(page, { entity, kind: 'App', answers: { '包名': sampleApp.package } }, '首次备案')
  await count(page, 'first_app', before)
  await giveUp(page)
  before = await atStart(page)
  await find(page, { entity, domain: services[0].domains[0] }, '首次备案')
  await count(page, 'first', before)
  await starsAreEnough(page)
  await giveUp(page)

  await fileSample(world, page, reviewer, sample)
  await find(page, { entity, domain: 'yangli-second-example.cn' }, '新增互联网信息服务')
  await count(page, 'add_service', before)
  await giveUp(page)
  for (const [kind, name] of [
    ['change_service', '变更'], ['change_entity', '变更主体'], ['change_both', '变更主体和服务'],
    ['cancel_access', '取消接入'], ['cancel_service', '注销'], ['cancel_entity', '注销主体'], ['claim', '认领已有备案'],
  ]) {
    await begin(page, name)
    await count(page, kind)
    await giveUp(page)
  }
  const other = await world.page()
  await register(other, 'yangli-target')
  const target = another(1)
  await find(other, { entity: target.entity, domain: services[0].domains[0] }, '迁移备案')
  await count(other, 'migrate', before)
  await giveUp(other)

  // What is not served here any more comes back.
  await begin(page, '取消接入')
  await choose(page, '注销原因', '更换接入服务商')
  await handIn(page)
  await finish(world, page, reviewer, { sms: false })
  await find(page, { entity, domain: services[0].domains[0] }, '新增接入')
  await count(page, 'add_access', before)

  console.log(Object.entries(counted).map(([kind, n]) => `${kind} ${n}`).join(', '))
  assert.ok(counted.first <= kMost)
  for (const [kind, n] of Object.entries(counted)) {
    assert.ok(n <= kept[kind], `${kind} asks for ${n} inputs, ${kept[kind]} before`)
    if (n < kept[kind]) console.log(`${kind}: inputs.json can say ${n} instead of ${kept[kind]}`)
  }
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
