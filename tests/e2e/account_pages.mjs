// The applicant's pages beside the order itself, in a real browser, on a desktop or a phone's size:
//   node tests/e2e/account_pages.mjs BEIAN [phone]
// Screenshots of the pages are kept when BEIAN_SCREENSHOTS names a folder.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import {
  api, choose, fileSample, fill, kPassword, looking, pick, register, signIn, sizes, startWorld, until,
} from './world.mjs'

const [binary, size] = process.argv.slice(2)
const phone = size === 'phone'
const sample = JSON.parse(readFileSync(new URL('../../data/demo/first-website.json', import.meta.url)))
const world = await startWorld(binary)
const options = sizes[phone ? 'phone' : 'desktop']
const look = looking(phone, 'account-')
const kOther = 'yangli-company'

const button = (scope, name) => scope.getByRole('button', { name, exact: true })
// The small window that asks once more.
const sure = (page) => page.locator('.el-popconfirm:visible').getByRole('button', { name: '确定' }).click()

async function offerOfALanguage() {
  const page = await world.page({ ...options, locale: 'en-US' })
  await page.goto('/')
  const offer = page.getByRole('complementary', { name: 'Language' })
  await offer.waitFor()
  await look(page, 'language-offer')
  await button(offer, 'No, thanks').click()
  await offer.waitFor({ state: 'detached' })
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.equal(await offer.count(), 0)
  await page.context().close()
  const reader = await world.page({ ...options, locale: 'en-US' })
  await reader.goto('/')
  await button(reader, 'Switch to English').click()
  await reader.getByRole('heading', { name: 'File a website or app, step by step' }).waitFor()
  assert.equal(await reader.getByRole('complementary').count(), 0)
  await reader.context().close()
}

async function account(page) {
  await page.goto('/account')
  await page.getByText('接入商还没有登记').waitFor()
  // A wrong password is told at the form; the session goes on.
  await page.getByLabel('当前密码').fill('Sample-Password-1900')
  await page.getByLabel('新密码', { exact: true }).fill('Sample-Password-2027')
  await page.getByLabel('再输入一次新密码').fill('Sample-Password-2028')
  await button(page, '修改密码').click()
  await page.getByText('两次输入的新密码不一致').waitFor()
  await page.getByLabel('再输入一次新密码').fill('Sample-Password-2027')
  await button(page, '修改密码').click()
  await page.locator('.field.bad .problem, .problems li').first().waitFor()
  assert.equal(await page.getByText('登录已过期').count(), 0)
  assert.equal(await page.getByLabel('当前密码').inputValue(), 'Sample-Password-1900')
  await look(page, 'account')
}

async function members(page) {
  await page.goto('/account/members')
  await page.getByText('applicant-sample').nth(1).waitFor()
  await page.getByLabel('成员的账号名').fill('yangli-member')
  await page.getByLabel('初始密码').fill('short')
  await button(page, '添加成员').click()
  await page.locator('.field.bad').first().waitFor()
  await page.getByLabel('初始密码').fill(kPassword)
  await button(page, '添加成员').click()
  await page.getByText('已添加成员 yangli-member').waitFor()
  await pick(page, page.getByRole('combobox', { name: 'yangli-member 的角色' }), '只读')
  await until('the new role', async () =>
    (await api(page, 'GET', '/account/members')).members.some((m) => m.name === 'yangli-member' && m.role === 'reader'))
  await look(page, 'members')
  await button(page.locator('li', { hasText: 'yangli-member' }), '重置密码').click()
  await sure(page)
  const given = await page.locator('.once input').inputValue()
  await look(page, 'member-once')
  await button(page.locator('.once'), '我已保存').click()
  const known = await fetch(`${world.provider}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'yangli-member', password: given }),
  })
  assert.equal((await known.json()).password_to_change, true)
  await button(page.locator('li', { hasText: 'yangli-member' }), '移除').click()
  await sure(page)
  await page.locator('li', { hasText: 'yangli-member' }).waitFor({ state: 'detached' })
}

async function tokens(page) {
  await page.goto('/account/tokens')
  await page.getByLabel('名称').fill('样例程序')
  await button(page, '新建令牌').click()
  const token = await page.getByLabel('新令牌').inputValue()
  const who = () => fetch(`${world.provider}/api/v1/orders`, { headers: { Authorization: `Bearer ${token}` } })
  assert.equal((await who()).status, 200)
  await look(page, 'tokens')
  await button(page, '我已保存').click()
  await button(page.locator('li', { hasText: '样例程序' }), '撤销').click()
  await sure(page)
  await page.getByText('已撤销（1）').waitFor()
  assert.equal((await who()).status, 401)
}

async function resources(page) {
  await page.goto('/resources')
  await page.getByRole('heading', { name: 'i-yangli-1' }).waitFor()
  await look(page, 'resources')
  await button(page, '生成').click()
  await page.waitForURL(/\/codes$/)
  const first = page.locator('li.card').first()
  await button(first, '授予账号').click()
  await first.getByLabel('对方的账号名').fill(kOther)
  await first.getByLabel('您的登录密码').fill('Sample-Password-1900')
  await first.locator('form button[type=submit]').click()
  await first.locator('.problem, .problems').first().waitFor()
  await look(page, 'codes')
  await first.getByLabel('您的登录密码').fill(kPassword)
  await first.locator('form button[type=submit]').click()
  await first.getByText('已授予').waitFor()
  await button(first, '收回').click()
  await sure(page)
  await first.getByText('未使用').waitFor()
  await button(first, '作废').click()
  await sure(page)
  await first.getByText('已作废').waitFor()
  await page.locator('#friend').fill(kOther)
  await page.locator('#friend-password').fill(kPassword)
  await button(page, '加入').click()
  await page.locator('section li', { hasText: kOther }).waitFor()
}

const inDays = (days) => new Date(Date.now() + (8 + 24 * days) * 3_600_000).toISOString().slice(0, 10)

async function filings(page, number) {
  await page.goto('/filings')
  await page.getByText(`${number}-1`).waitFor()
  // As the account itself said it.
  await page.getByText('样例乙的证件有效期至 2099-12-31').waitFor()
  await look(page, 'filings')
  // As the authority told it.
  await page.getByText('还有 30 天').waitFor()
  await look(page, 'filings-certificate')
  // Some weeks later.
  const entities = (url) => url.pathname === '/api/v1/registry/entities'
  await page.route(entities, async (route) => {
    const response = await route.fetch()
    const json = await response.json()
    for (const e of json.entities) e.certificate_until = inDays(-1)
    await route.fulfill({ response, json })
  })
  await page.reload()
  await page.getByText('请换证后办理变更').waitFor()
  await page.unroute(entities)
  // What failed inside is told as such, with what support asks for.
  const kInside = { code: 'internal', field: '', detail: '服务器内部错误', advice: '' }
  await page.route(entities, (route) =>
    route.fulfill({ status: 500, json: { code: 'internal', request_id: '01SAMPLE', errors: [kInside] } }))
  await page.reload()
  await page.getByText('请求编号：01SAMPLE').waitFor()
  assert.equal(await page.getByText('无法连接服务器').count(), 0)
  await page.unroute(entities)
  await page.reload()
  const file = page.waitForEvent('download')
  await button(page, '导出 CSV').click()
  const csv = readFileSync(await (await file).path(), 'utf8')
  assert.ok(csv.startsWith('\ufeff主体备案号,') && csv.includes(`${number}-1`) && csv.endsWith('\r\n'), csv)
  const workbook = page.waitForEvent('download')
  await button(page, '导出 Excel').click()
  const parts = execFileSync('unzip', ['-p', await (await workbook).path()], { encoding: 'utf8' })
  assert.ok(parts.includes('主体备案号') && parts.includes(`${number}-1`), parts.slice(0, 500))
  await page.getByRole('link', { name: '备案号挂放代码' }).click()
  // Guangdong shows the number of the entity, without the service's own.
  const code = page.getByLabel('网页代码（HTML）')
  await code.waitFor()
  assert.ok((await code.inputValue()).includes(`href="https://beian.miit.gov.cn" target="_blank" rel="noopener noreferrer">${number}<`))
  await page.getByLabel('公安联网备案号').fill('京公网安备11010502000001号')
  assert.ok((await code.inputValue()).includes('code=11010502000001'))
  await page.getByText('WordPress', { exact: true }).click()
  await look(page, 'footer')
  await page.goto('/filings/summary')
  await page.getByRole('cell', { name: `${number}-1` }).waitFor()
  await look(page, 'summary')
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator('header').isVisible(), false)
  await page.emulateMedia({ media: 'screen' })
  await page.goto('/orders')
  await page.locator('.state.completed').first().waitFor()
  await look(page, 'orders')
}

// An order with a service of each kind, by hand; nothing of it is lost when the page is left.
async function kindsOfServices(page, number) {
  await page.goto('/filings')
  await button(page, '新增服务').click()
  await page.waitForURL(/\/orders\/.+/)
  await page.getByRole('group', { name: '第 1 个服务：网站' }).waitFor()
  await choose(page, '服务类型', 'App')
  const app = page.getByRole('group', { name: '第 1 个服务：App' })
  await fill(app, '服务名称', '云栖样例')
  await button(app, '添加平台').click()
  await pick(page, app.getByRole('combobox', { name: '平台' }).first(), '安卓')
  await fill(app, '包名', 'com')
  await app.getByText('使用第三方 SDK').waitFor()
  await app.getByRole('radiogroup', { name: '使用第三方 SDK' }).getByText('是', { exact: true }).click()
  await button(app, '添加 SDK').click()
  await fill(app, 'SDK 名称', '样例支付SDK')
  await page.getByRole('status').filter({ hasText: '已保存' }).waitFor()
  await app.locator('.field.bad', { hasText: '包名' }).waitFor()
  await fill(app, '包名', 'cn.yangli.example.app')
  await button(page, '添加小程序').click()
  const mini = page.getByRole('group', { name: '第 2 个服务：小程序' })
  await fill(mini, '平台分配的 ID', 'wx0001')
  await page.getByRole('status').filter({ hasText: '已保存' }).waitFor()
  await look(page, 'services')
  await page.reload()
  await page.getByRole('group', { name: '第 2 个服务：小程序' }).waitFor()
  assert.equal(await page.getByLabel('包名').inputValue(), 'cn.yangli.example.app')
  assert.equal(await page.getByLabel('平台分配的 ID').inputValue(), 'wx0001')
  await button(page, '删除这个服务').last().click()
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click()
  await page.getByRole('group', { name: '第 2 个服务：小程序' }).waitFor({ state: 'detached' })
  await page.getByRole('status').filter({ hasText: '已保存' }).waitFor()
  // An open order hinders a transfer: it is given up.
  await button(page, '放弃订单').click()
  await sure(page)
  await page.locator('.state.abandoned').waitFor()
  assert.ok(number)
}

async function transfer(page, other) {
  await page.goto('/filings')
  await page.getByRole('link', { name: '转移到其他账号' }).click()
  await page.getByLabel('接收方的账号名').fill(kOther)
  await page.getByLabel('您的登录密码').fill(kPassword)
  await button(page, '发起转移').click()
  const code = await page.getByLabel('确认码', { exact: true }).first().inputValue()
  await look(page, 'transfer')
  await other.goto('/transfers')
  await other.getByLabel('确认码').fill('0000-0000-0000')
  await button(other, '确认接收').click()
  await other.locator('.problems').first().waitFor()
  await other.getByLabel('确认码').fill(code)
  await look(other, 'transfer-confirm')
  await button(other, '确认接收').click()
  await other.getByText('已转移').waitFor()
  await other.goto('/filings')
  await other.getByRole('link', { name: '备案号挂放代码' }).waitFor()
}

async function batches(page) {
  await page.goto('/batches')
  await look(page, 'batches')
  await page.locator('input[type=file]').setInputFiles({
    name: '样例.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('备案类型,主办单位名称,单位性质,证件号码\n首次备案,样例,企业,不是号码\n'),
  })
  await button(page, '上传').click()
  await page.waitForURL(/\/batches\/.+/)
  await page.locator('.problems li').first().waitFor({ timeout: 60_000 })
  await look(page, 'batch')
  for (const link of ['下载结果（CSV）', '下载结果（Excel）']) {
    const href = await page.getByRole('link', { name: link }).getAttribute('href')
    assert.equal((await page.request.get(href)).status(), 200)
  }
}

async function webhooks(page) {
  await page.goto('/account/webhooks')
  await page.getByLabel('网址').fill('http://127.0.0.1/')
  await button(page, '新建回调').click()
  await page.locator('.field.bad').waitFor()
  await look(page, 'webhooks')
  // An address as the server wants it, of nobody; it is never called: no test is sent, no order moves.
  await page.getByLabel('网址').fill('https://192.31.196.1/beian')
  await button(page, '新建回调').click()
  assert.ok((await page.getByLabel('签名密钥').inputValue()).length > 20)
  await button(page, '我已保存').click()
  await page.locator('a', { hasText: '192.31.196.1' }).click()
  await page.getByText('还没有投递').waitFor()
  await page.getByLabel('说明').fill('样例')
  await button(page, '保存').click()
  await page.getByText('已保存').waitFor()
  await button(page, '停用').click()
  await page.locator('.state.needs_changes').waitFor()
  assert.ok(await button(page, '发送测试').isDisabled())
  await look(page, 'webhook')
  await button(page, '删除').click()
  await sure(page)
  await page.getByText('还没有回调').waitFor()
}

async function notices(page) {
  await page.goto('/notices')
  await page.locator('.notice.unread').first().waitFor()
  await page.locator('header .badge').waitFor()
  await look(page, 'notices')
  await button(page, '全部标为已读').click()
  await page.locator('header .badge').waitFor({ state: 'detached' })
  // The list may be read anew after the number in the header.
  await page.locator('.notice.unread').first().waitFor({ state: 'detached' })
}

try {
  await offerOfALanguage()
  const officer = await world.page(options)
  await signIn(officer, 'officer-sample')
  await api(officer, 'PUT', '/resources/i-yangli-1', {
    account: 'applicant-sample',
    product: 'cloud_server',
    region: '广州',
    billing: 'subscription',
    from: '2026-01-01',
    until: '2030-12-31',
    addresses: ['203.0.113.10'],
  })
  const page = await world.page(options)
  await signIn(page, 'applicant-sample')
  const other = await world.page(options)
  await register(other, kOther)

  await account(page)
  await members(page)
  await tokens(page)
  await resources(page)
  const reviewer = await world.page(options)
  await signIn(reviewer, 'reviewer-sample')
  const number = await fileSample(world, page, reviewer, {
    ...sample,
    document: {
      ...sample.document,
      services: [
        {
          ...sample.document.services[0],
          resource: { source_id: 'i-yangli-1' },
          manager: { ...sample.document.services[0].manager, certificate_until: '2099-12-31' },
        },
      ],
    },
  }, inDays(30))
  await filings(page, number)
  await kindsOfServices(page, number)
  await batches(page)
  await webhooks(page)
  await notices(page)
  await transfer(page, other)
  console.log(`the account's pages in ${phone ? 'a phone' : 'a desktop'}'s browser`)
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
