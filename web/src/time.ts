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
