// What an order's kind and state are called. The server's own words are Chinese, and know how each
// kind of order is called when it is done.
import { i18n, locale } from './i18n'

const texts: { te(key: string): boolean; t(key: string): string } = i18n.global as never
const said = (key: string, words: string) => (locale() !== 'zh' && texts.te(key) ? texts.t(key) : words)

export const kindTitle = (o: { kind: string; kind_title: string }) => said(`order_kind.${o.kind}`, o.kind_title)
export const stateTitle = (o: { state: string; state_title: string }) => said(`order_state.${o.state}`, o.state_title)

// The two reports of a migration; the number is of what is cancelled.
export const partTitle = (p: { title: string; number?: string }) =>
  said(p.number ? 'order_part.cancellation' : 'order_part.filing', p.title)

// A pointer into an order's document in people's words: "Entity · location · city".
export const fieldTitle = (pointer: string) =>
  pointer
    .split('/')
    .filter((part) => part && part !== 'document')
    .map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : texts.te(`part.${part}`) ? texts.t(`part.${part}`) : part))
    .join(' · ')
