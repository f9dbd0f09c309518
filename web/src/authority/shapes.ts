// Answers of the authority's management interface (src/sandbox/README.md).
export interface Outcome {
  code: number
  text: string
}

export interface ProviderAccount {
  provider_id: number
  user_name: string
  profile: string
  encryption: number
  province: number
  enabled: boolean
  businesses: string[]
  last_sequence: number
  uploads: number
  verifying: number
  waiting: number
  waiting_notices: number
}

export interface Upload {
  id: number
  provider_id: number
  sequence: number
  accepted_at: string
  judged: boolean
  records: number
  fault: string
}

export interface UploadedRecord {
  id: number
  position: number
  operation: string
  mark: string
  name: string
  state: string
  outcomes: Outcome[]
  opinion: string
}

// Of what is answered at once: IP and domain filings, and files refused as a whole.
export interface Answer {
  kind: string
  operation?: number
  mark?: string
  id?: number
  provider_record_id?: number
  remark?: string
  outcomes: Outcome[]
}

export interface WholeUpload extends Upload {
  record_list: UploadedRecord[]
  answers: Answer[]
}

export interface ReportedRecord {
  id: number
  upload_id: number
  provider_id: number
  operation: string
  mark: string
  province: number
  state: string
  name: string
  outcomes: Outcome[]
  opinion: string
  received_at: string
  changed_at: string
  domains: string[]
}

export interface FieldRow {
  part: string
  title: string
  now: string
  before?: string
  differs?: boolean
}

export interface WholeRecord extends ReportedRecord {
  compared: boolean
  reported: FieldRow[]
  filed: FieldRow[]
  attachments: { purpose: number; title: string }[]
  persons: { role: string; mobile: string; state: string; wrong_inputs: number; deadline: string }[]
}

export interface Overview {
  records: Record<string, number>
  [name: string]: number | Record<string, number>
}

export interface Settings {
  auto_decide_after_ms: number | null
  maintenance: boolean
  auto_sms: boolean
}

export interface Fault {
  id: number
  operation: string
  kind: string
  code: number
  delay_ms: number
  remaining: number
}

export interface Scenario {
  name: string
  title: string
  note?: string
  steps: { when: unknown; then: unknown; times?: number; remaining?: number | null; played?: number }[]
}

export interface Message {
  time: string
  text: string
  code: string | null
}

export interface Notices {
  waiting: { id: number; provider_id: number; kind: string; created_at: string }[]
  files: { provider_id: number; file_name: string; kind: string; created_at: string; acknowledged_at: string | null }[]
}

export interface Task {
  id: number
  provider_id: number
  kind: string
  subject: string
  opened_at: string
  answered_at: string | null
  answer: unknown
}

export interface Listed {
  kind: string
  value: string
  listed: unknown
}

// Of the library (/manage/filed).
export interface FiledEntity {
  id: number
  entity_name: string
  entity_number: string
  services: {
    id: number
    number: string
    name: string
    domains: string[]
    accesses: { id: number; provider_id: number; addresses: { from: string; to: string }[] }[]
  }[]
}

export interface FiledService {
  entity_name: string
  entity_number: string
  service_name: string
  service_number: string
  kind: string
  domains: string[]
  app_keys: string[]
  first_filed: string
}
