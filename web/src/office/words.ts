// Words for the server's names, in the language of the page; a name that nobody translated is shown
// as it is rather than nothing.
import { useI18n } from 'vue-i18n'
import { useProvinces } from '../codes'
import { useTime } from '../time'

export function useWords(area = 'office') {
  const { t, te } = useI18n()
  const provinces = useProvinces()
  const time = useTime()
  const word = (group: string, name: string) =>
    te(`${area}.${group}.${name}`) ? t(`${area}.${group}.${name}`) : name
  return {
    t,
    te,
    word,
    choices: (group: string, names: string[]) =>
      names.map((n) => ({ value: n, label: word(group, n) })),
    when: (text: string | null | undefined) => (text ? time(text) : ''),
    yes: (flag: boolean) => t(flag ? 'field.yes' : 'field.no'),
    provinces,
    province: (code: number) =>
      code === 0
        ? t('office.national')
        : (provinces.value.find((p) => p.code === code)?.name ?? String(code)),
  }
}
