// Invented entities, persons and services, as many as a walk needs.
import { readFileSync } from 'node:fs'

export const sample = JSON.parse(readFileSync(new URL('../../data/demo/first-website.json', import.meta.url)))

const digits = (n, width) => String(n).padStart(width, '0')

// Born on 1 January 1900: nobody alive has such a number.
function identityCard(n) {
  const first = `440106190001${digits(1 + Math.floor(n / 1000), 2)}${digits(n % 1000, 3)}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((all, weight, i) => all + weight * Number(first[i]), 0)
  return first + '10X98765432'[sum % 11]
}
function creditCode(n) {
  const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const first = `91440106MA${digits(n, 6)}0`
  let sum = 0
  let weight = 1
  for (const c of first) {
    sum += letters.indexOf(c) * weight
    weight = (weight * 3) % 31
  }
  return first + letters[(31 - (sum % 31)) % 31]
}
const person = (from, n) => ({
  ...from,
  certificate_number: identityCard(n),
  email: `p${n}@yangli-example.cn`,
  mobile: `139${digits(n, 8)}`,
  emergency_mobile: `138${digits(n, 8)}`,
})

// The sample's document with another entity, other persons and another website.
export function another(n) {
  const { entity, services } = structuredClone(sample.document)
  const domain = `yangli-${n}-example.cn`
  return {
    entity: {
      ...entity,
      name: `样例科技第${n}有限公司`,
      certificate: { ...entity.certificate, number: creditCode(n) },
      manager: person(entity.manager, 2 * n),
    },
    services: [
      {
        ...services[0],
        name: `样例第${n}企业官网`,
        domains: [domain],
        home_url: `www.${domain}`,
        manager: person(services[0].manager, 2 * n + 1),
      },
    ],
  }
}

export const peopleOf = ({ entity, services }) => [entity.manager, ...services.map((s) => s.manager)]

const kKey = 'c0ffee'.repeat(86).slice(0, 512)
export const sampleApp = {
  name: '云栖样例',
  purpose: '样例应用：为样例用户查询样例账单与样例通知，不面向公众',
  package: 'cn.yangli.example.app',
  fingerprint: '00112233445566778899aabbccddeeff',
  publicKey: kKey,
}
