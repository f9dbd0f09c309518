import { createI18n } from 'vue-i18n'

// A language is the files texts/LANGUAGE.ts and texts/LANGUAGE.AREA.ts together; Chinese comes with
// the page, another one when it is asked for. Those of an area below come with the first of its
// pages: applicants do not load them.
type Texts = Record<string, unknown>
const chinese = import.meta.glob<Texts>(['./texts/zh*.ts', '!./texts/*.office.ts', '!./texts/*.authority.ts'], { eager: true, import: 'default' })
const english = import.meta.glob<Texts>(['./texts/en*.ts', '!./texts/*.office.ts', '!./texts/*.authority.ts'], { import: 'default' })
const ofAreas = import.meta.glob<Texts>(['./texts/*.office.ts', './texts/*.authority.ts'], { import: 'default' })
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
  // The page shows the key then; the walks through the portal fail for it.
  missing: (language, key) => console.error(`no text for ${key} in ${language}`),
})

export const locale = () => i18n.global.locale.value as string

const areas = new Set<string>()
async function addArea(area: string, language: string) {
  const load = ofAreas[`./texts/${language}.${area}.ts`]
  if (load) i18n.global.mergeLocaleMessage(language, (await load()) as never)
}
export async function loadTexts(area: 'office' | 'authority') {
  if (areas.has(area)) return
  areas.add(area)
  await addArea(area, locale())
}
export const loadOfficeTexts = () => loadTexts('office')

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
  await Promise.all([...areas].map((area) => addArea(area, language)))
  i18n.global.locale.value = language as 'zh'
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
}

if (stored === 'en') await setLocale('en')
