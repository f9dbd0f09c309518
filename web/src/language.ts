// Which language the reader's browser prefers, and whether the offer of it was answered already: in
// this browser, or by the account on any of its devices.
import { ref, watch } from 'vue'
import { call, get } from './api'
import { locale } from './i18n'
import { session } from './session'

const kAnswered = 'beian.language.offer'
const read = (key: string) => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
// Who once chose a language by the button knows that there are two.
const answered = ref(read(kAnswered) !== null || read('beian.language') !== null)

// The first of the browser's languages that the portal has; it reads no other than English to
// somebody whose languages it does not have.
function preferred() {
  for (const language of navigator.languages ?? [navigator.language]) {
    if (/^zh\b/i.test(language)) return 'zh'
    if (/^en\b/i.test(language)) return 'en'
  }
  return 'en'
}

export const offered = () => (!answered.value && preferred() !== locale() ? preferred() : null)

const kKey = 'other-language'
const tell = () => call('PUT', `/api/v1/account/dismissed/${kKey}`).catch(() => undefined) // asked again then
watch(
  () => session.account?.id,
  async (id) => {
    if (!id) return
    if (read(kAnswered) !== null) return void tell()
    const known = await get<{ dismissed: { key: string }[] }>('/api/v1/account/dismissed').catch(() => null)
    if (known?.dismissed.some((d) => d.key === kKey)) answered.value = true
  },
  { immediate: true },
)

export function answerOffer() {
  answered.value = true
  if (session.account) void tell()
  try {
    localStorage.setItem(kAnswered, new Date().toISOString())
  } catch {
    // a browser that keeps nothing is asked again on the next visit
  }
}
