// The server's answers as the office pages read them (data/api).
import type { Resource as Owned } from '../api'

export interface Taken {
  reviewer: string
  since: string
  mine: boolean
}

export interface Call {
  id: string
  at: string
  person: string
  phone: string
  tail: string
  attempt?: number
  result: string
  call_back?: string
  note?: string
  reviewer?: string
}

export interface Leg {
  state: string
  reason: string
  code: number | null
  failures: number
  next_attempt: string | null
  advice: string
}

export interface Link {
  id: string
  provinces: number[]
  profile: string
  provider_id: number
  state: string
  reason: string
  code: number | null
  advice: string
  legs?: Record<string, Leg>
  failures: number
  last_sequence: number | null
  open_file: Upload | null
  backlog: number
  held_orders: number
  submissions: number
  waiting_downloads: number
  flagged_downloads: number
  last_ok: string | null
  last_error: string
  last_error_at: string | null
  next_attempt: string | null
  held: { order: string; problem: string; since: string | null }[]
}

export interface Trace {
  at: string
  what: string
  code: number | null
  text: string
  actor: string
}

interface FileHead {
  id: string
  direction: 'up' | 'down'
  link: string
  state: string
  file_name: string
  bytes_removed: string | null
}

export interface Upload extends FileHead {
  sequence: number
  records: number
  xml_bytes: number
  hash: string
  attempts: number
  refusals: number
  resent: number
  created: string | null
  sent: string | null
  answered: string | null
  resend_asked: string | null
  answer_code?: number
  answer_text?: string
  record_list?: { order: string; id: unknown; submission: number | null; ids?: unknown }[]
  trace?: Trace[]
}

export interface Download extends FileHead {
  digest: string
  opened: boolean
  bytes: number
  times_received: number
  received: string | null
  acked: string | null
  ack_tries: number
  ack_given_up: string | null
  applied: string | null
  items: number
  flagged: number
  problem: string
  results?: {
    item: string
    kind: string
    provider_entity_id: number | null
    order: string
    submission: number | null
    effect: string
    note: string
  }[]
  trace?: Trace[]
}

export interface Task {
  number: number
  kind: string
  link: string
  state: string
  subject: string
  source: string
  item: string
  province: number
  entity_id: number
  service_id: number
  deadline: string
  deadline_told: boolean
  overdue: boolean
  assigned: string
  answered_by: string
  submission: number | null
  reason: string
  times: number
  opened: string
  changed: string
  body?: unknown
  answer?: unknown
}

export interface Submission {
  number: number
  link: string
  operation: string
  title: string
  subject: { kind: string; id: string }
  state: string
  problem: string
  outcomes: { verdict: string; text: string; code?: number; field?: string; authority_id?: number; at: string }[]
  created: string
  changed: string
  uploads?: string[]
}

export interface Synchronisation {
  source: string
  link: string
  kind: string
  records: number
  added: number
  changed: number
  unchanged: number
  faulty: number
  missing_here: number
  missing_there: number
  started: string
  finished: string | null
  library: string
  library_closed: string | null
  library_whole: boolean | null
  items?: { key: string; subject: string }[]
}

export interface BlacklistEntry {
  list: string
  source: string
  name?: string
  certificate_type?: number
  certificate_number?: string
  domain?: string
  site?: string | null
  id?: number
  address?: number
  remark: string | null
  listed: string
  changed: string
}

export interface RegistryFinding {
  number: number
  kind: string
  state: string
  source: string
  known: boolean
  entity_name: string
  entity_id: number
  service_id: number
  access_id: number
  filing_number: string
  subject: string
  checked: string
  details: unknown
  times: number
  reason: string
  found: string
  changed: string
}

export interface UnfiledSite {
  number: number
  domain: string
  state: string
  reason: string
  filing_number: string
  source: string
  hosts: number
  most_asked: { host: string; requests: number }[]
  addresses: string[]
  requests: number
  first_seen: string | null
  last_seen: string | null
  times: number
  decision: string
  note: string
  handler: string
  quiet_until: string | null
}

export interface AddressRecord {
  id: string
  authority: string
  block: string
  block_title: string
  state: string
  state_title: string
  operation: string
  allowed: string[]
  provider_record_id: number | null
  authority_id: number | null
  version: number
  document: Record<string, string | number>
  filed: Record<string, string | number> | null
  findings: { field?: string; code?: number; text?: string }[]
  held: string
  submission: number | null
  created: string
  changed: string
  check_findings?: AddressFinding[]
}

export interface AddressFinding {
  number: number
  authority: string
  kind: string
  record: string | null
  range: string
  details: unknown
  first_seen: string
  last_seen: string
  closed: string | null
}

export interface ManagedAccount {
  id: string
  name: string
  role: string
  disabled: boolean
  created: string
}

export interface AccountEvent {
  id: string
  at: string
  kind: string
  account: string | null
  account_name: string | null
  actor: string | null
  actor_name: string | null
  remote: string
  details: unknown
}

export interface RuleLine {
  kind: string
  title: string
  place: string[]
  kept_by?: string
  severity: string
  material?: string
  material_title?: string
  params: unknown
  text: string
  text_en: string
  source: string
  as_of?: string
  confidence: string
  note?: string
  note_en?: string
  province: number
  overrides?: boolean
  applies_to?: { entity?: string[]; order?: string[]; service?: string[] }
}

export interface RuleOverride {
  id: string
  rule: string | null
  province: number | null
  severity: string
  until: string | null
  order: string | null
  reason: string
  account_id: string
  created: string
  changed: string
}

export interface Resource extends Owned {
  account: string
}

export interface CodeHead {
  table: string
  title: string
  version: number
  source: string
  since: string | null
  download: string | null
}
