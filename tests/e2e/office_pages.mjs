// The pages of reviewers, officers and administrators in a real browser, on a desktop or a phone's
// size, with something done on each where something can be done:
//   node tests/e2e/office_pages.mjs BEIAN [phone]
// Screenshots are kept when BEIAN_SCREENSHOTS names a folder.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { caller, handDown, sample, submitOrder } from './office_world.mjs'
import { allPictures, approve, looking, signIn, sizes, startWorld, until, verifyPersons } from './world.mjs'

const [binary, size] = process.argv.slice(2)
const phone = size === 'phone'
const { entity, services } = sample.document
const world = await startWorld(binary)
const options = phone ? sizes.phone : { viewport: { width: 1440, height: 900 } }
const seen = looking(phone, 'office-')

async function look(page, name) {
  // A key that has no text is shown as it is.
  const raw = await page.locator('main').innerText()
  assert.doesNotMatch(raw, /office\.[a-z_]+\./, name)
  await seen(page, name)
}
async function visit(page, path, heading) {
  await page.goto(path)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  // Several parts of a page may be reading at once.
  await page.waitForFunction(() => !document.querySelector('main').innerText.includes('正在读取'))
}
// An option of a choice, by keyboard: the options of closed lists are in the page as well.
async function choose(scope, label, option) {
  const box = scope.getByRole('combobox', { name: label }).first()
  await box.focus()
  await scope.page().keyboard.press('Enter')
  const list = scope.page().locator(`[id="${await box.getAttribute('aria-controls')}"]`)
  await list.getByRole('option', { name: option, exact: true }).click()
  await list.waitFor({ state: 'hidden' })
}
const done = (page, text) => page.locator('[role=status]').filter({ hasText: text }).first().waitFor()
const main = (page) => page.getByRole('main')
const button = (scope, name) => scope.getByRole('button', { name, exact: true })
// Opens what asks for a reason, says it, and confirms.
async function withReason(scope, name, confirm, reason) {
  await button(scope, name).first().click()
  const form = scope.locator('form.ask')
  if (reason) await form.getByRole('textbox').first().fill(reason)
  await button(form, confirm).click()
}

// The order is taken, and its manager called.
async function takeAndCall(page, id) {
  await button(page, '领取审核').click()
  await page.getByText('由我审核').waitFor()
  await button(page, '记录通话').click()
  await choose(main(page), '结果', '未接通')
  await page.getByLabel('回拨号码').fill('02000000000')
  await page.getByLabel('记录', { exact: true }).fill('样例：无人接听')
  await look(page, 'review-call')
  await button(page, '保存通话').click()
  await page.getByText('样例：无人接听').waitFor()
  await visit(page, '/review?state=in_rereview', '初审')
  await page.locator(`a[href$="${id}"]`).getByText('由我审核').waitFor()
  await choose(main(page), '审核人', '未领取的')
  await page.getByText('没有符合条件的记录').waitFor()
  await visit(page, '/office/review-statistics', '审核统计')
  await page.locator('td', { hasText: '合计' }).waitFor()
  await look(page, 'review-statistics')
}

async function reviewing(applicant) {
  const page = await world.page(options)
  await signIn(page, 'reviewer-sample')
  const id = await submitOrder(applicant)
  await visit(page, '/review', '初审')
  await page.locator(`a[href$="${id}"]`).waitFor()
  await choose(main(page), '省', '广东省')
  await choose(main(page), '时限', '时间充足')
  await page.locator(`a[href$="${id}"]`).waitFor()
  await look(page, 'queue')
  await choose(main(page), '省', '北京市')
  await page.getByText('没有符合条件的记录').waitFor()
  await page.goto(`/review/${id}`)
  await page.getByText('企业 (4)').waitFor()
  await page.getByText('天河区 (440106)').waitFor()
  await allPictures(page)
  await page.getByRole('heading', { name: '系统检查' }).waitFor()
  // By keyboard: the third line, a finding from what is said often, changed by hand.
  await page.locator('main h1').click()
  for (const key of ['j', 'j', 'f']) await page.keyboard.press(key)
  await page.getByRole('button', { name: '与证件不符' }).first().waitFor({ timeout: 5000 }).catch(() => {})
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '对“主体 通信地址”的意见' }).or(page.getByRole('button', { name: /对“主体 所在地 · 地址”的意见/ })).first().click()
  await page.getByRole('button', { name: '不够详细' }).click()
  const box = page.getByRole('textbox', { name: /意见/ }).first()
  await box.fill(`${await box.inputValue()}样例补充。`)
  // It is there after the page was loaded anew.
  await page.reload()
  await page.getByText('样例补充。').first().waitFor()
  await button(page, '放大').click()
  await button(page, '两张对照').click()
  await look(page, 'review-finding')
  await page.locator('main h1').click()
  await page.keyboard.press('Alt+p')
  await page.getByText('有意见时不能通过').waitFor()
  await page.keyboard.press('Alt+m')
  await page.waitForURL(/\/review$/)

  // The applicant mends it; what changed is marked, and the keyboard passes it.
  const order = await applicant('GET', `/api/v1/orders/${id}`)
  assert.equal(order.state, 'needs_changes')
  assert.match(order.findings[0].text, /样例补充。/)
  order.document.entity.location.address += '（样例补充）'
  const saved = await applicant('PUT', `/api/v1/orders/${id}`, { version: order.version, document: order.document })
  await applicant('POST', `/api/v1/orders/${id}/submit`, { version: saved.version })
  await page.goto(`/review/${id}`)
  await page.locator('.line.changed').first().waitFor()
  await look(page, 'review-again')
  await takeAndCall(page, id)
  await page.goto(`/review/${id}`)
  await page.locator('.line.changed').first().waitFor()
  await page.locator('main h1').click()
  await page.keyboard.press('Alt+p')
  await page.waitForURL(/\/review$/)
  await verifyPersons(world, [entity.manager, services[0].manager])
  await approve(world, entity.name)
  return until('the number', async () => (await applicant('GET', `/api/v1/orders/${id}`)).filing_number)
}

async function officeOfAuthority(page) {
  await visit(page, '/office/links', '管局连接')
  await page.getByText('最近接收的序号').waitFor()
  await button(main(page), '查看经过').click()
  await button(main(page), '改动序号').click()
  await look(page, 'links')
  const ask = page.locator('form.ask')
  await ask.getByRole('textbox').fill('0')
  await button(ask, '确认改动').click()
  await ask.locator('.problem, .problems').first().waitFor()
  await page.keyboard.press('Escape')
  await button(main(page), '立即重试').click()
  await done(page, '已要求立即重试')

  await visit(page, '/office/ledger', '收发台账')
  await choose(main(page), '方向', '上报')
  await page.waitForURL(/direction=up/)
  await page.locator('td a[href^="/office/ledger/u"]').first().waitFor()
  await look(page, 'ledger')
  const saved = page.waitForEvent('download')
  await button(main(page), '导出 CSV').click()
  const csv = readFileSync(await (await saved).path(), 'utf8')
  assert.match(csv, /^\ufeff编号,方向,/)
  assert.match(csv, /\r\n$/)
  await page.locator('td a[href^="/office/ledger/u"]').first().click()
  await page.getByRole('heading', { name: '文件中的记录' }).waitFor()
  await button(main(page), '重报这个文件').waitFor()
  const xml = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载 XML' }).click()
  assert.match(readFileSync(await (await xml).path(), 'utf8'), /^<\?xml/)
  await look(page, 'ledger-upload')
  await withReason(main(page), '重报这个文件', '重报这个文件', '样例：管局来电要求重报')
  await done(page, '已安排重报')
  await page.goto('/office/ledger?direction=down')
  await page.locator('td a[href^="/office/ledger/d"]').first().click()
  await page.getByRole('heading', { name: '各项的结果' }).waitFor()
  await look(page, 'ledger-download')

  await visit(page, '/office/tasks', '管局任务')
  await page.locator('td').filter({ hasText: '未备案网站' }).first().waitFor()
  await look(page, 'tasks')
  await choose(main(page), '种类', '未备案网站')
  await page.waitForURL(/kind=unfiled_site/)
  await page.locator('td a[href^="/office/tasks/"]').first().waitFor()
  const sites = await page.locator('td a[href^="/office/tasks/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
  await page.goto(sites[0])
  await button(main(page), '由我经办').click()
  await done(page, '经办人已更新')
  await button(main(page), '提交答复').click()
  await page.locator('.field.bad').first().waitFor()
  await look(page, 'task-refused')
  await choose(main(page), '处理结果', '已关闭接入')
  await page.getByLabel('处理意见').fill('样例：已关闭')
  await page.reload()
  await page.getByLabel('处理意见').waitFor()
  assert.equal(await page.getByLabel('处理意见').inputValue(), '样例：已关闭')
  await button(main(page), '提交答复').click()
  await done(page, '答复已提交')
  await page.goto(sites[1])
  await withReason(main(page), '不答复，直接关闭', '不答复，直接关闭', '样例：重复登记')
  await done(page, '任务已关闭')
  await look(page, 'task-closed')
  for (const kind of ['rectification', 'verification']) {
    await page.goto(`/office/tasks?kind=${kind}`)
    await page.locator('td a[href^="/office/tasks/"]').first().click()
    await button(main(page), '提交答复').waitFor()
    await look(page, `task-${kind}`)
    if (kind === 'rectification') {
      await page.getByLabel('整改情况').fill('样例：已核对')
      await button(main(page), '提交答复').click()
      await done(page, '答复已提交')
    }
  }

  await visit(page, '/office/submissions', '上报事项')
  await page.locator('td a[href^="/office/submissions/"]').first().waitFor()
  await look(page, 'submissions')
  await page.locator('td a[href^="/office/submissions/"]').first().click()
  await button(main(page), '查看内容').click()
  await page.locator('.facts').nth(1).waitFor()
  await look(page, 'submission')

  await visit(page, '/office/synchronisations', '全量同步')
  await look(page, 'synchronisations')
  await page.locator('td a[href^="/office/synchronisations/"]').first().click()
  await page.getByRole('heading', { level: 1, name: '同步报告' }).waitFor()
  await look(page, 'synchronisation')
}

async function officeOfRegistry(page, accountId) {
  await visit(page, '/office/addresses/new', '新增地址记录')
  await page.getByLabel('起始 IP').fill('203.0.113.0')
  await page.getByLabel('终止 IP').fill('198.51.100.0')
  await page.getByLabel('来源单位编号').fill('1003')
  await button(main(page), '保存').click()
  await page.locator('.field.bad, .problems').first().waitFor()
  await look(page, 'address-new')
  await page.getByLabel('终止 IP').fill('203.0.113.255')
  await button(main(page), '保存').click()
  await page.waitForURL(/addresses\/01/)
  await page.getByLabel('备注').fill('样例来源')
  await button(main(page), '保存').click()
  await done(page, '已保存')
  await button(main(page), '上报这条记录').click()
  await done(page, '已排队上报')
  await look(page, 'address')
  await visit(page, '/office/addresses', '地址记录')
  await page.locator('td a[href^="/office/addresses/"]').first().waitFor()
  await look(page, 'addresses')
  await withReason(main(page), '上报全部待上报记录', '上报全部待上报记录')
  await done(page, '已排队上报')
  await visit(page, '/office/addresses/import', '导入')
  await choose(main(page), '类别', '来源')
  await page.locator('input[type=file]').setInputFiles({
    name: '样例.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('起始IP,终止IP,来源单位\n192.0.2.0,192.0.2.255,1003\n192.0.2.9,192.0.2.1,1003\n'),
  })
  await page.getByRole('heading', { name: '检查结果' }).waitFor()
  await look(page, 'address-import')
  await choose(main(page), '有错时', '只导入无误的行')
  await button(main(page), '只检查').click()
  await button(main(page), '导入').click()
  await done(page, '已导入')
  await visit(page, '/office/addresses/check', '核对与检查')
  await look(page, 'address-check')

  await visit(page, '/office/findings', '核查发现')
  await page.locator('td').filter({ hasText: '无法访问' }).first().waitFor()
  await look(page, 'findings')
  await withReason(main(page), '标为已处理', '标为已处理', '样例：已恢复访问')
  await done(page, '已处理')
  await visit(page, '/office/blacklist', '黑名单')
  await page.getByText('样例').first().waitFor()
  await look(page, 'blacklist')
  await button(main(page), '网站').click()
  await page.getByText('yangli-black-example.cn').waitFor()

  await visit(page, '/office/entity-account', '主体换账号')
  await page.getByLabel('主体').first().fill('440000-4711')
  await page.getByLabel('新账号的登录名').fill('applicant-sample')
  await page.getByRole('textbox', { name: '原因' }).fill('样例：原账号已无法登录')
  await button(main(page), '换到新账号').click()
  await page.locator('.problem, .problems').first().waitFor()
  await look(page, 'entity-account')
  await visit(page, `/office/identity?account=${accountId}`, '账号实名')
  await page.getByText('这个账号还没有实名').waitFor()
  await page.getByLabel('姓名或名称').fill(entity.name)
  await choose(main(page), '证件类型', '营业执照（个人或企业）')
  await page.getByLabel('证件号码').fill('12345')
  await button(main(page), '保存').click()
  await page.locator('.field.bad').first().waitFor()
  await look(page, 'identity')
  await page.getByLabel('证件号码').fill(entity.certificate.number)
  await button(main(page), '保存').click()
  await done(page, '实名已保存')
  await visit(page, '/office/codes', '代码表')
  await look(page, 'codes')
  await page.goto('/office/codes/entity_nature')
  await page.getByText('企业').first().waitFor()
  await look(page, 'code-table')
}

async function administering(page) {
  await visit(page, '/office/accounts', '账号与角色')
  await button(main(page), '新建账号').click()
  const form = page.locator('form.ask')
  await form.getByLabel('登录名').fill('yangli-reviewer')
  await form.getByLabel('初始密码').fill('short')
  await button(form, '新建').click()
  await form.locator('.field.bad').first().waitFor()
  await look(page, 'account-new')
  await form.getByLabel('初始密码').fill('Sample-Password-2026')
  await button(form, '新建').click()
  await done(page, '账号 yangli-reviewer 已建立')
  const row = page.locator('tr').filter({ hasText: 'yangli-reviewer' })
  await withReason(row, '停用', '停用')
  await done(page, '账号 yangli-reviewer 已更新')
  await look(page, 'accounts')
  await visit(page, '/office/events', '审计记录')
  await page.locator('td').filter({ hasText: '停用账号' }).first().waitFor()
  await look(page, 'events')

  await visit(page, '/office/rules', '各省规则')
  await look(page, 'rule-books')
  await page.goto('/office/rules/440000')
  await page.getByRole('heading', { level: 1, name: '广东省' }).waitFor()
  await choose(main(page), '只看', '有分歧')
  await page.locator('.rule.disputed').first().waitFor()
  await look(page, 'rule-book')
  await visit(page, '/office/overrides', '规则豁免')
  await page.getByLabel('名称').fill('gd-sample')
  await button(main(page), '保存豁免').click()
  await page.locator('.field.bad').first().waitFor()
  await choose(main(page), '省', '广东省')
  await page.getByRole('textbox', { name: '原因' }).fill('样例：试行期间只提示')
  await button(main(page), '保存豁免').click()
  await done(page, '豁免 gd-sample 已生效')
  await look(page, 'overrides')
  await withReason(page.locator('tr').filter({ hasText: 'gd-sample' }), '撤销', '撤销')
  await done(page, '豁免 gd-sample 已撤销')

  await visit(page, '/office/requirements', '要求查询')
  await choose(main(page), '单位性质', '个人')
  await page.waitForURL(/nature=individual/)
  await page.locator('.rule').first().waitFor()
  await look(page, 'requirements')
  await visit(page, '/office/resources', '备案资源')
  const lines = '实例,账号,产品,地域,计费,开始,到期,地址\ni-yangli-2,applicant-sample,cloud_server,广州,subscription,2026-01-01,2030-12-31,203.0.113.20\n'
  await page.locator('input[type=file]').setInputFiles({
    name: '样例.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${lines}i-yangli-3,nobody-sample,teapot,广州,subscription,2026-01-01,,203.0.113.21\n`),
  })
  await page.getByRole('heading', { name: '检查结果' }).waitFor()
  await look(page, 'resources')
  await button(main(page), '导入').click()
  await done(page, '已导入')
  // The same in the dark and in English.
  await page.getByRole('button', { name: '深色' }).click()
  await page.getByRole('button', { name: 'English' }).click()
  for (const [path, heading] of [['/office/accounts', 'Accounts and roles'], ['/office/rules/110000', '北京市'], ['/office/overrides', 'Rule overrides']]) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    await page.waitForFunction(() => !document.querySelector('main').innerText.includes('Loading'))
    await look(page, `dark-english-${path.split('/')[2]}`)
  }
}

try {
  const applicant = await caller(world, 'applicant-sample')
  const officerCalls = await caller(world, 'officer-sample')
  const number = await reviewing(applicant)
  const { entities } = await until('the filed entity', async () => {
    const answer = await applicant('GET', '/api/v1/registry/entities')
    return answer.entities.length && answer
  })
  await handDown(world, officerCalls, number, entities[0].services[0].authority_service_id)
  const officer = await world.page({ ...options, acceptDownloads: true })
  await signIn(officer, 'officer-sample')
  await officeOfAuthority(officer)
  await officeOfRegistry(officer, (await applicant('GET', '/api/v1/session')).account.id)
  const admin = await world.page(options)
  await signIn(admin, 'admin-sample')
  await administering(admin)
  console.log(`the office in ${phone ? 'a phone' : 'a desktop'}'s browser`)
} catch (error) {
  console.error(world.log())
  throw error
} finally {
  await world.end()
}
