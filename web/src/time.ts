import { useI18n } from 'vue-i18n'
import { locale } from './i18n'

// Times are those of Beijing, whatever clock the reader's machine has.
export function useTime() {
  return (text: string) =>
    new Intl.DateTimeFormat(locale() === 'en' ? 'en-GB' : 'zh-CN', {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: 'Asia/Shanghai',
    }).format(new Date(text))
}

// A length of time as people say it: the largest unit that fits, rounded up.
export function useSpan() {
  const { t } = useI18n()
  return (seconds: number) => {
    if (seconds < 3600) return t('usual.minutes', { n: Math.max(1, Math.ceil(seconds / 60)) })
    if (seconds < 172_800) return t('usual.hours', { n: Math.ceil(seconds / 3600) })
    return t('usual.days', { n: Math.ceil(seconds / 86_400) })
  }
}
