// Which language the reader's browser prefers, and whether the offer of it was answered already.
import { ref } from 'vue'
import { locale } from './i18n'

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

export function answerOffer() {
  answered.value = true
  try {
    localStorage.setItem(kAnswered, new Date().toISOString())
  } catch {
    // a browser that keeps nothing is asked again on the next visit
  }
}
