import { reactive } from 'vue'
import { call, connection, get, post, Refusal } from './api'

interface Account {
  id: string
  name: string
  role: string
}

export const session = reactive<{ account: Account | null; scopes: string[] }>({
  account: null,
  scopes: [],
})

export async function loadSession() {
  try {
    const known = await get<{ account: Account; scopes: string[]; csrf: string }>('/api/v1/session')
    session.account = known.account
    session.scopes = known.scopes
    connection.csrf = known.csrf
  } catch (e) {
    if (!(e instanceof Refusal)) throw e
    session.account = null
    session.scopes = []
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
    session.account = null
    session.scopes = []
    connection.csrf = ''
  }
}

export const may = (scope: string) => session.scopes.includes(scope)
