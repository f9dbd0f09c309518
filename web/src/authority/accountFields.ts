// What an account's form holds, as text boxes have it, and what the interface takes.
import type { ProviderAccount } from './shapes'

export const kBusinesses = ['icp', 'ip', 'domain_names']
export const kProfiles = ['openbeian-3.1', 'miit-3.0']

export interface AccountFields {
  profile: string
  encryption: string
  province: string
  enabled: boolean
  businesses: string[]
}

export const emptyFields = (): AccountFields => ({ profile: kProfiles[0]!, encryption: '1', province: '', enabled: true, businesses: [...kBusinesses] })

export const fieldsOf = (p: ProviderAccount): AccountFields => ({
  profile: p.profile,
  encryption: String(p.encryption),
  province: p.province ? String(p.province) : '',
  enabled: p.enabled,
  businesses: [...p.businesses],
})

export const bodyOf = (f: AccountFields) => ({
  profile: f.profile,
  encryption: Number(f.encryption),
  province: Number(f.province || 0),
  enabled: f.enabled,
  businesses: f.businesses,
})
