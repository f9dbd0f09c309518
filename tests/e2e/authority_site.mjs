// The sandbox authority's own site in a real browser, on a desktop or a phone's size: a provider's
// filing arrives, its persons verify on their pretended phones, an officer decides, everybody finds
// it; and what else can be done there:
//   node tests/e2e/authority_site.mjs BEIAN [phone]
// Screenshots are kept when BEIAN_SCREENSHOTS names a folder.
import assert from 'node:assert/strict'
import { caller, kProvider, sample, submitOrder } from './office_world.mjs'
import { allPictures, choose, fill, looking, pick, sizes, startWorld, until } from './world.mjs'

const [binary, size] = process.argv.slice(2)
const phone = size === 'phone'
const { entity, services } = sample.document
const world = await startWorld(binary)
const options = { ...sizes[phone ? 'phone' : 'desktop'], baseURL: world.authority }
const seen = looking(phone, 'authority-')
const main = (page) => page.getByRole('main')
const button = (scope, name) => scope.getByRole('button', { name, exact: true })
const heading = (page, name, level = 1) => page.getByRole('heading', { level, name })
const done = (page, text) => page.getByRole('status').filter({ hasText: text }).first().waitFor()
const manage = async (path) => (await fetch(`${world.authority}/manage/${path}`)).json()

async function look(page, name) {
  // A key that has no text is shown as it is.
  assert.doesNotMatch(await main(page).innerText(), /(site|office)\.[a-z_]+\./, name)
  await seen(page, name)
}
async function visit(page, path, title) {
  await page.goto(path)
  await heading(page, title).waitFor()
  // Several parts of a page may be reading at once.
  await page.waitForFunction(() => !/正在读取|Loading/.test(document.querySelector('main').innerText))
}

// As far as the authority's door.
async function report() {
  const applicant = await caller(world, 'applicant-sample')
  const reviewer = await caller(world, 'reviewer-sample')
  const id = await submitOrder(applicant)
  const { version } = await reviewer('GET', `/api/v1/orders/${id}`)
  await reviewer('POST', `/api/v1/orders/${id}/review`, { verdict: 'pass', version, findings: [] })
  return () => applicant('GET', `/api/v1/orders/${id}`)
}

async function accounts(page) {
  await visit(page, '/accounts', '接入商账号')
  await page.getByRole('link', { name: String(kProvider), exact: true }).waitFor()
  await look(page, 'accounts')
  await page.getByRole('link', { name: '新增接入商账号' }).click()
  await fill(page, '接入商标识', String(kProvider))
  await fill(page, '用户名', 'yangli2')
  await button(page, '新增账号').click()
  await page.getByText('这个标识已有账号').waitFor()
  await fill(page, '接入商标识', '1002')
  await choose(page, '省份', '广东省')
  await button(page, '新增账号').click()
  await done(page, '接入商 1002 的账号已建立')
  for (const secret of ['口令', '密钥', '偏移量'])
    assert.match(await page.getByLabel(secret, { exact: true }).inputValue(), /^[A-Za-z0-9]{16}$/)
  await look(page, 'new-account')
  await visit(page, '/accounts/1002', '接入商 1002')
  await choose(page, '接口版本', 'miit-3.0')
  await main(page).getByText('开放报备').click()
  await button(page, '保存').click()
  await done(page, '账号已修改')
  const { profile, enabled } = (await manage('providers')).find((p) => p.provider_id === 1002)
  assert.deepEqual({ profile, enabled }, { profile: 'miit-3.0', enabled: false })
  await button(page, '换发口令和密钥').click()
  await button(page, '确定').click()
  await done(page, '口令和密钥已换发')
  await look(page, 'account')
}

async function arrived(page) {
  await visit(page, '/uploads', '上报文件')
  await page.locator('tbody a').first().click()
  await heading(page, /文件/).waitFor()
  await page.getByRole('heading', { name: '文件中的记录' }).waitFor()
  await page.getByText(entity.name).first().waitFor()
  await button(page, '查看 XML').click()
  await page.locator('pre').filter({ hasText: entity.name }).waitFor()
  await look(page, 'file')
  await page.locator('tbody a').first().click()
  await heading(page, /记录/).waitFor()
  const content = page.getByRole('region', { name: '上报内容' })
  await content.getByText(entity.name).first().waitFor()
  await content.getByText(services[0].domains[0]).first().waitFor()
  await allPictures(page)
  await look(page, 'record')
}

// Each on the own phone, from the message to the page that it leads to.
async function verify(page) {
  await visit(page, '/mobiles', '模拟手机')
  await look(page, 'phones')
  for (const person of [entity.manager, services[0].manager]) {
    await visit(page, `/mobiles/${person.mobile}`, person.mobile)
    const code = await page.locator('.bubbles code').first().innerText()
    await look(page, 'phone')
    await page.getByRole('link', { name: '去核验' }).first().click()
    await heading(page, '备案短信核验').waitFor()
    await fill(page, '证件号码后六位', person.certificate_number.slice(-6))
    if (person === entity.manager) {
      await fill(page, '验证码', code === '000000' ? '111111' : '000000')
      await button(page, '提交核验').click()
      await main(page).getByRole('alert').waitFor()
      await look(page, 'verify-wrong')
    }
    await fill(page, '验证码', code)
    await button(page, '提交核验').click()
    await done(page, '核验成功')
  }
}

async function decide(page) {
  const [{ id }] = await until('the record at the authority', async () => {
    const records = await manage('records?state=at_authority')
    return records.length && records
  })
  await visit(page, `/records/${id}`, `记录 ${id}`)
  await button(page, '审核拒绝').click() // a refusal needs an opinion
  await main(page).locator('.field.bad').waitFor()
  await visit(page, '/records', '备案审核')
  await page.getByRole('checkbox', { name: `选择记录 ${id}` }).press('Space')
  await page.getByText('已选 1 条').waitFor()
  await fill(page, '审核意见', '样例：材料齐全，同意备案')
  await look(page, 'decide')
  await button(page, '审核通过').click()
  await done(page, '已处理 1 条')
  await visit(page, `/records/${id}`, `记录 ${id}`)
  await page.getByText('样例：材料齐全，同意备案').waitFor()
  await page.getByText('审核通过，结果已下发').waitFor()
}

async function lookUp(page, number) {
  await visit(page, '/lookup', '备案公共查询')
  for (const question of [number, services[0].domains[0], entity.name]) {
    await fill(page, '备案号、域名或名称', question)
    await button(page, '查询').click()
    await page.waitForURL((url) => url.searchParams.get('q') === question)
    await main(page).getByRole('heading', { name: `${number}-1` }).waitFor()
  }
  await look(page, 'lookup')
  await fill(page, '备案号、域名或名称', '京ICP备1999999999号')
  await button(page, '查询').click()
  await page.getByText('没有查到').waitFor()
}

async function rehearse(page, number) {
  await visit(page, '/switches', '场景开关')
  await main(page).getByText('自动完成短信核验').click()
  await button(page, '保存').click()
  await done(page, '已保存')
  assert.equal((await manage('settings')).auto_sms, true)
  await choose(page, '接口操作', '核对备案密码')
  await fill(page, '答复代码', '999')
  await button(page, '安排故障').click()
  await done(page, '故障已安排')
  await choose(page, '内置场景', '报备时段与夜间维护')
  await button(page, '加载场景').click()
  await done(page, '场景已加载')
  await page.getByText('outside_daily').first().waitFor()
  await look(page, 'switches')
  for (const [name, text] of [['清除全部故障', '故障已清除'], ['清除全部场景', '场景已清除']]) {
    await button(page, name).click()
    await button(page, '确定').last().click()
    await done(page, text)
  }
  assert.deepEqual([await manage('faults'), await manage('scenario')], [[], []])

  await visit(page, '/hand-out', '下发')
  await choose(page, '下发什么', '未备案网站')
  const { user_name } = (await manage('providers')).find((p) => p.provider_id === kProvider)
  await choose(page, '接入商', `${kProvider} ${user_name}`)
  await fill(page, '域名', '没有点')
  await fill(page, 'IP 地址', '203.0.113.9')
  await button(page, '下发').click()
  await main(page).locator('.field.bad').waitFor()
  await fill(page, '域名', 'yangli-un-example.cn')
  await button(page, '下发').click()
  await done(page, '已写入待下载通知')
  await choose(page, '下发什么', '整改通知')
  await fill(page, '备案号', number)
  await fill(page, '整改要求', '样例：请核对通信地址')
  await button(page, '下发').click()
  await done(page, '已写入待下载通知')
  await choose(page, '下发什么', '备案抽查结果')
  await choose(page, '结果', '接入多报')
  await choose(page, '服务', `${number}-1 ${services[0].name}`)
  // Not the provider above it (接入商).
  await pick(page, page.getByRole('combobox', { name: '接入', exact: true }), `${kProvider} ${services[0].accesses[0].addresses[0].from}`)
  await look(page, 'check-results')
  await button(page, '下发').click()
  await done(page, '已写入待下载通知')
  await until('the result of the check', async () => {
    const { waiting, files } = await manage('notices')
    return [...waiting, ...files].some((n) => n.kind === 'check_results')
  })
  await look(page, 'hand-out')
  await visit(page, '/open-tasks', '任务')
  await page.getByText('yangli-un-example.cn').waitFor()
  await look(page, 'tasks')

  await visit(page, '/blacklist', '黑名单')
  await fill(page, '证件号码或域名', '91440106MA0000099X')
  await button(page, '列入黑名单').click()
  await done(page, '91440106MA0000099X 已列入')
  await look(page, 'blacklist')
  await button(page, '移出').click()
  await button(page, '确定').click()
  await done(page, '91440106MA0000099X 已移出')
}

// The same in the dark and in English.
async function english(page) {
  await visit(page, '/', '总览')
  await button(page, '深色').click()
  await button(page, 'English').click()
  for (const [path, title] of [
    ['/', 'Overview'],
    ['/records?state=approved', 'Decisions'],
    ['/records/1', 'Record 1'],
    ['/switches', 'Scenario switches'],
    ['/hand-out', 'Hand down'],
    ['/verify', 'SMS verification'],
  ]) {
    await visit(page, path, title)
    await look(page, `dark-english${path.split('?')[0].replaceAll('/', '-')}`)
  }
}

// Where a token is set, the site asks for it; the public's pages do not.
async function withToken() {
  const page = await world.page(options)
  await page.context().route(
    (url) => url.pathname.startsWith('/manage/'),
    (route) =>
      route.request().headers().authorization === 'Bearer sample-token'
        ? route.continue()
        : route.fulfill({
            status: 401,
            contentType: 'application/problem+json',
            body: JSON.stringify({ errors: [{ code: 'not_signed_in', field: '', detail: '请先登录' }] }),
          }),
  )
  await visit(page, '/lookup', '备案公共查询')
  assert.equal(await page.getByRole('dialog').isVisible(), false)
  await page.goto('/')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('管理令牌').fill('wrong')
  await button(dialog, '登录').click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByLabel('管理令牌').fill('sample-token')
  await page.keyboard.press('Enter')
  await page.getByText('已备案主体').waitFor()
  await button(page, '退出').click()
  await dialog.waitFor()
}

try {
  const order = await report()
  const page = await world.page(options)
  await accounts(page)
  await until('the file', async () => (await manage('uploads')).length)
  await until('the record', async () => (await manage('records?state=sms_pending')).length)
  await visit(page, '/', '总览')
  await look(page, 'overview')
  await arrived(page)
  await verify(page)
  await decide(page)
  const number = await until('the number', async () => (await order()).filing_number)
  await lookUp(page, number)
  await rehearse(page, number)
  await english(page)
  await withToken()
  // What stands in messages and in the book goes on without a script.
  for (const path of ['/sms', '/query', '/desk', '/decide', '/phones'])
    assert.equal((await fetch(world.authority + path)).status, 200, path)
  console.log(`the sandbox authority in ${phone ? 'a phone' : 'a desktop'}'s browser`)
} catch (error) {
  console.error(await world.log())
  throw error
} finally {
  await world.end()
}
