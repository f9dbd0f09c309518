// The management token, where the authority asks for one: known to this tab until it is closed.
import { connection } from '../api'

const kKey = 'beian.authority.token'
const kNone = '-' // says that this page asks for the token itself, not the browser

function stored() {
  try {
    return sessionStorage.getItem(kKey)
  } catch {
    return null
  }
}

connection.bearer = stored() ?? kNone

export function takeToken(token: string) {
  connection.bearer = token
  connection.expired = false
  try {
    sessionStorage.setItem(kKey, token)
  } catch {
    // known until the page is loaded anew
  }
}

export const hasToken = () => connection.bearer !== kNone
export function dropToken() {
  connection.bearer = kNone
  try {
    sessionStorage.removeItem(kKey)
  } catch {
    // nothing kept
  }
}
