// The provider's HTTP API as the pages see it. Whatever is not an answer becomes a Refusal with
// the problems that the server told, or with the one problem that it could not be reached.
import { reactive } from 'vue'
import { locale } from './i18n'

export interface Problem {
  code: string
  field: string
  detail: string
  advice?: string
  request_id?: string // of what failed inside: what support asks for
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problems: Problem[],
  ) {
    super(problems.map((p) => p.detail).join(' '))
  }
  has(code: string) {
    return this.problems.some((p) => p.code === code)
  }
}

// `lost`: the last call did not reach the server. `expired`: it no longer knows who asks; the page
// stays as it is, and a dialog asks for the password again. `bearer`: of a site that signs in with a
// token.
export const connection = reactive({ lost: false, expired: false, csrf: '', bearer: '' })

const kSheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const reading = new Set(['GET', 'HEAD'])

export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const all: Record<string, string> = { 'Accept-Language': locale() }
  const { bearer } = connection
  if (bearer) all.Authorization = `Bearer ${bearer}`
  Object.assign(all, headers)
  if (!reading.has(method) && connection.csrf) all['X-CSRF-Token'] = connection.csrf
  let payload: BodyInit | undefined
  if (body instanceof Blob) payload = body
  else if (body !== undefined) {
    payload = JSON.stringify(body)
    all['Content-Type'] = 'application/json'
  }
  let response: Response
  try {
    response = await fetch(path, { method, headers: all, body: payload, credentials: 'same-origin' })
  } catch {
    connection.lost = true
    throw new Refusal(0, [{ code: 'unreachable', field: '', detail: '' }])
  }
  connection.lost = false
  if (response.status === 204) return undefined as T
  if (response.ok && response.headers.get('Content-Type')?.startsWith(kSheet)) return (await response.blob()) as T
  const text = await response.text()
  let json: unknown
  try {
    json = text ? JSON.parse(text) : undefined
  } catch {
    throw new Refusal(response.status, [{ code: 'unreadable', field: '', detail: '' }])
  }
  if (response.ok) return json as T
  const told = json as { errors?: Problem[]; title?: string; detail?: string; request_id?: string }
  // A password that confirms something may be wrong in a session that is not over.
  const wrong = told?.errors?.some((p) => p.code === 'wrong_credentials')
  // An answer to an earlier token says nothing of this one.
  if (response.status === 401 && !wrong && path !== '/api/v1/session' && bearer === connection.bearer) connection.expired = true
  throw new Refusal(
    response.status,
    told?.errors?.length
      ? told.errors.map((p) => (p.code === 'internal' ? { ...p, request_id: told.request_id } : p))
      : [{ code: 'unknown', field: '', detail: told?.detail ?? told?.title ?? '' }],
  )
}

export const get = <T>(path: string) => call<T>('GET', path)
export const post = <T>(path: string, body?: unknown, headers?: Record<string, string>) =>
  call<T>('POST', path, body, headers)

export interface CodeRow {
  code: number
  zh: string
  en: string
  offered?: boolean
  individual?: boolean
  certificates?: number[]
}

export interface OrderSummary {
  id: string
  kind: string
  kind_title: string
  state: string
  state_title: string
  version: number
  editable: boolean
  allowed: string[]
  filing_number: string
  created: string
  updated: string
  entity_name: string
  domains: string[]
}

export interface Finding {
  field: string
  verdict: string
  text: string
  code?: number
}

export interface Order extends OrderSummary {
  document: Document
  locked: string[]
  filing_password_given?: boolean
  old_filing_password_given?: boolean
  findings: Finding[]
  changed?: string[]
  code_names?: Record<string, Record<string, string>> | null
  filed?: {
    entity_number: string | null
    services: { filing_number: string; name: string; domains: string[] }[]
    leaves?: string
    // Of a migration: where the website comes from, and who agrees for its old holder.
    from?: {
      entity_number: string
      service_number: string
      service_name: string
      domains: string[]
      agrees: 'account' | 'password'
      leaves?: string
    }
  }
  parts?: { title: string; number?: string; state: 'done' | 'under_way' | 'waiting' }[]
}

// The order's document is a tree that the server describes; pages reach into it by JSON pointers.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Document = Record<string, any>

export interface HistoryEntry {
  seq: number
  at: string
  event: string
  from: string
  to: string
  to_title?: string
  actor: string
  actor_title: string
  reason: string
}

export interface Material {
  id: string
  purpose: number
  owner: string
  file_name: string
  bytes: number
  width: number
  height: number
}

// What a program read on a material's picture, against what the applicant wrote.
export interface MaterialReading {
  material: string
  state: 'waiting' | 'read' | 'unreadable' | 'failed'
  program: string | null
  fields: { field: string; expected: string; found: string; verdict: 'same' | 'similar' | 'missing' }[]
}

export interface FindingsAnswer {
  complete: boolean
  problems: Problem[]
  warnings: Problem[]
}

export interface Resource {
  source_id: string
  product: string
  product_title: string
  region: string
  mainland: boolean
  billing: string
  from: string
  until: string | null
  addresses: string[]
  quota: number
  taken: number
  left: number
  released: boolean
  usable: boolean
  unfit: string[]
}

export interface Batch {
  id: string
  format: string
  mode: string
  stage: string
  done: boolean
  total: number
  rows: Record<string, number>
  created: string
}

export interface Webhook {
  id: string
  url: string
  description: string
  events: string[]
  enabled: boolean
  reason: string | null
  failing_since: string | null
}
