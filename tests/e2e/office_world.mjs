// What the office's pages need to have something to show: an order by the API, and what the
// authority hands down.
import { readFileSync } from 'node:fs'
import { samplePicture } from '../api/picture.mjs'
import { kPassword, until } from './world.mjs'

export const sample = JSON.parse(readFileSync(new URL('../../data/demo/first-website.json', import.meta.url)))
export const kProvider = 1001

// Somebody who calls the provider's API.
export async function caller(world, name) {
  const answer = await fetch(`${world.provider}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, password: kPassword }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  const headers = {
    Cookie: answer.headers.get('set-cookie').split(';')[0],
    'X-CSRF-Token': (await answer.json()).csrf,
  }
  return async (method, path, body, type = 'application/json') => {
    const said = await fetch(world.provider + path, {
      method,
      headers: body === undefined ? headers : { ...headers, 'Content-Type': type },
      body: body === undefined || body instanceof Buffer ? body : JSON.stringify(body),
    })
    const text = await said.text()
    if (!said.ok) throw new Error(`${method} ${path}: ${text}`)
    return text ? JSON.parse(text) : undefined
  }
}

// The sample's first filing, as far as the review. `pictures`: by purpose, instead of a grey one.
export async function submitOrder(call, pictures = {}) {
  const { entity, services } = sample.document
  const found = await call('POST', '/api/v1/orders/detect', {
    province: entity.location.province,
    nature: entity.nature,
    certificate: entity.certificate,
    domains: services[0].domains,
  })
  const order = await call('POST', '/api/v1/orders', { detection: found.detection })
  await call('PUT', `/api/v1/orders/${order.id}`, { version: order.version, document: sample.document })
  const owners = { 1: '/services/0', 2: '/entity', 3: '/entity', 4: '/services/0', 5: '/services/0', 11: '/entity' }
  for (const [purpose, owner] of Object.entries(owners)) {
    const query = new URLSearchParams({ purpose, owner, name: `样例${purpose}.png` })
    await call('POST', `/api/v1/orders/${order.id}/materials?${query}`, pictures[purpose] ?? samplePicture(), 'image/png')
  }
  const { version } = await call('GET', `/api/v1/orders/${order.id}`)
  await call('POST', `/api/v1/orders/${order.id}/submit`, { version })
  return order.id
}

// The authority's side, by its management interface.
export async function manage(world, path, body, method = 'POST') {
  const answer = await fetch(`${world.authority}/manage/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
}

// Of every kind something, after a filing is there: tasks, findings, blacklists, a synchronisation.
export async function handDown(world, officer, number, serviceId) {
  await manage(world, 'unfiled-sites', {
    provider_id: kProvider,
    sites: [1, 2, 3].map((i) => ({ domain: `yangli-${i}-example.cn`, address: `203.0.113.1${i}`, carrier: 1 })),
  })
  await manage(world, 'rectify', { number, text: '样例：请核对通信地址，12月10日前完成' })
  await manage(world, 'verification-tasks', { provider_id: kProvider, entity_numbers: [number] })
  await manage(world, 'blacklist', { kind: 'entity', value: '91440106MA0000099X', name: '样例黑名单公司', certificate_type: 1, remark: '样例' })
  await manage(world, 'blacklist', { kind: 'domain', value: 'yangli-black-example.cn', name: '样例网站' })
  await manage(world, 'units', { id: 1003, name: '样例来源单位', unit_class: 1, province: 440000 })
  await manage(world, 'synchronise', { provider_id: kProvider, parts: ['icp'] })
  await manage(world, 'check-results', {
    provider_id: kProvider,
    dead_services: [
      { authority_service_id: serviceId, filing_number: `${number}-1`, home_url: 'www.yangli-example.cn', checked: '2026-11-29 10:00:00' },
    ],
  })
  await officer('POST', '/api/v1/registry/unfiled_sites', {
    sites: [
      {
        domain: 'yangli-served-example.cn', reason: 'not_filed', source: 'web', requests: 7,
        first_seen: '2026-11-28T01:00:00Z', last_seen: '2026-11-29T01:00:00Z',
        most_asked: [{ host: 'www.yangli-served-example.cn', requests: 7 }], addresses: ['203.0.113.30'],
      },
    ],
  })
  await until('the tasks', async () => (await officer('GET', '/api/v1/authority/tasks')).open >= 5)
  await until('the finding', async () => (await officer('GET', '/api/v1/registry/findings')).findings.length)
  await until('the synchronisation', async () => (await officer('GET', '/api/v1/authority/synchronisations')).synchronisations.length)
}
