// What is filed under the account.
import { get } from './api'
import { everyPage } from './csv'

export interface FiledService {
  authority_service_id: number
  filing_number: string
  name: string
  kind: string
  app_keys: string[]
  domains: string[]
  accesses: { authority_access_id: number; here: boolean; addresses: { from: string; to: string }[] }[]
  access_here: boolean
  shell: boolean
  cancelled: boolean
}
export interface FiledEntity {
  key: string
  filing_number: string
  name: string
  nature: number
  certificate_until: string | null // a day; null: the authority has not told it
  shell: boolean
  cancelled: boolean
  services: FiledService[]
}

export const entities = (after = '') =>
  get<{ entities: FiledEntity[]; next: string | null }>(
    `/api/v1/registry/entities${after ? `?after=${encodeURIComponent(after)}` : ''}`,
  )
export const allEntities = () =>
  everyPage(async (after) => {
    const { entities: items, next } = await entities(after)
    return { items, next }
  })

export const rangesOf = (a: FiledService['accesses'][number]) =>
  a.addresses.map((r) => (r.from === r.to ? r.from : `${r.from}-${r.to}`))
export const addressesOf = (s: FiledService) => s.accesses.flatMap(rangesOf)

// As the rules call the kinds of applicants, by the code of their nature.
export const natureName = (code: number | undefined) =>
  ({ 1: 'military', 2: 'government', 3: 'public_institution', 5: 'individual', 6: 'social_organization' })[code ?? 4] ??
  'enterprise'
