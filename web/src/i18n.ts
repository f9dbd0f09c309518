import { createI18n } from 'vue-i18n'
import zh from './texts/zh'

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
  messages: { zh } as Record<string, typeof zh>,
})

export const locale = () => i18n.global.locale.value as string

export async function setLocale(language: string) {
  if (language === 'en' && !i18n.global.availableLocales.includes('en'))
    i18n.global.setLocaleMessage('en', (await import('./texts/en')).default)
  i18n.global.locale.value = language
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
  try {
    localStorage.setItem(kKey, language)
  } catch {
    // a browser that keeps nothing still shows the page
  }
}

if (stored === 'en') await setLocale('en')
