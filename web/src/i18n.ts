import { createI18n } from 'vue-i18n'

// A language is the files texts/LANGUAGE.ts and texts/LANGUAGE.AREA.ts together; Chinese comes with
// the page, another one when it is asked for. Those of the office come with the first of its pages:
// applicants do not load them.
type Texts = Record<string, unknown>
const chinese = import.meta.glob<Texts>(['./texts/zh*.ts', '!./texts/*.office.ts'], { eager: true, import: 'default' })
const english = import.meta.glob<Texts>(['./texts/en*.ts', '!./texts/*.office.ts'], { import: 'default' })
const ofOffice = import.meta.glob<Texts>('./texts/*.office.ts', { import: 'default' })
const joined = (parts: Texts[]) => Object.assign({}, ...parts) as never

const kKey = 'beian.language'
const stored = (() => {
  try {
    return localStorage.getItem(kKey)
  } catch {
    return null
  }
})()

export const i18n = createI18n({
  legacy: false,
  locale: 'zh',
  fallbackLocale: 'zh',
  messages: { zh: joined(Object.values(chinese)) },
})

export const locale = () => i18n.global.locale.value as string

let office = false
async function addOffice(language: string) {
  const load = ofOffice[`./texts/${language}.office.ts`]
  if (load) i18n.global.mergeLocaleMessage(language, (await load()) as never)
}
export async function loadOfficeTexts() {
  if (office) return
  office = true
  await addOffice(locale())
}

export async function setLocale(language: string) {
  // First of all: whoever goes on at once must not find the old language there.
  try {
    localStorage.setItem(kKey, language)
  } catch {
    // a browser that keeps nothing still shows the page
  }
  if (language === 'en' && !(i18n.global.availableLocales as string[]).includes('en'))
    i18n.global.setLocaleMessage(
      'en',
      joined(await Promise.all(Object.values(english).map((load) => load()))),
    )
  if (office) await addOffice(language)
  i18n.global.locale.value = language as 'zh'
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
}

if (stored === 'en') await setLocale('en')
