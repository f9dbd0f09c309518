import { reactive } from 'vue'
import { call, connection, get, post, Refusal } from './api'

interface Account {
  id: string
  name: string
  role: string
}

// `acts_for`: whose matters these are, of a member of another account.
// `password_to_change`: somebody else gave the password, and nothing but another one is possible.
export const session = reactive<{
  account: Account | null
  acts_for: Account | null
  scopes: string[]
  password_to_change: boolean
}>({
  account: null,
  acts_for: null,
  scopes: [],
  password_to_change: false,
})

function forget() {
  Object.assign(session, { account: null, acts_for: null, scopes: [], password_to_change: false })
}

export async function loadSession() {
  try {
    const known = await get<{ account: Account; acts_for?: Account; scopes: string[]; password_to_change: boolean; csrf: string }>('/api/v1/session')
    session.account = known.account
    session.acts_for = known.acts_for && known.acts_for.id !== known.account.id ? known.acts_for : null
    session.scopes = known.scopes
    session.password_to_change = known.password_to_change
    connection.csrf = known.csrf
  } catch (e) {
    if (!(e instanceof Refusal)) throw e
    forget()
  }
}

export async function signIn(name: string, password: string) {
  await post('/api/v1/session', { name, password })
  await loadSession()
  connection.expired = false
}

export async function register(name: string, password: string) {
  await post('/api/v1/accounts', { name, password })
  await signIn(name, password)
}

export async function signOut() {
  try {
    await call('DELETE', '/api/v1/session')
  } finally {
    forget()
    connection.csrf = ''
    try {
      sessionStorage.clear() // what was typed and not sent (office/kept.ts)
    } catch {
      // a browser that keeps nothing
    }
  }
}

// 'office' is what everybody has who works for the provider.
const kOffice = ['review', 'officer', 'admin', 'audit']
export const may = (scope: string) =>
  scope === 'office' ? kOffice.some((s) => session.scopes.includes(s)) : session.scopes.includes(scope)
// An auditor looks at every page of the office and changes nothing.
export const maySee = (scope: string) => may(scope) || session.scopes.includes('audit')
