// What an officer can hand down, and what each asks for: POST /manage/PATH.
import { checkResults } from './checkResults'
import type { FiledEntity } from './shapes'

export type Typed = Record<string, string>
export interface HandOutField {
  name: string
  kind: 'text' | 'number' | 'area' | 'lines' | 'json' | 'select'
  required?: boolean
  pointer?: string // where the authority's problems about it stand; /name without
  when?: (typed: Typed) => boolean // asked for; always without
  // Of a choice: names of texts in site.hand_out_choice, or what stands in the library.
  choices?: string[]
  filed?: (library: FiledEntity[], typed: Typed) => { value: string; label: string }[]
}
export interface HandOut {
  path: string
  // Whom it goes to: one provider, one or all, whoever it concerns.
  to: 'one' | 'any' | 'concerned'
  fields: HandOutField[]
  body: (typed: Record<string, unknown>, library: FiledEntity[]) => Record<string, unknown>
}
const same = (typed: Record<string, unknown>) => typed
const site = (name: string, kind: HandOutField['kind'], required = false): HandOutField => ({ name, kind, required, pointer: `/sites/0/${name}` })

export const handOuts: HandOut[] = [
  { path: 'code-tables', to: 'any', fields: [], body: same },
  { path: 'synchronise', to: 'one', fields: [], body: same },
  { path: 'check-addresses', to: 'any', fields: [], body: same },
  checkResults,
  { path: 'verification-tasks', to: 'one', fields: [{ name: 'entity_numbers', kind: 'lines' }], body: same },
  {
    path: 'unfiled-sites',
    to: 'one',
    fields: [site('domain', 'text', true), site('address', 'text', true), site('remark', 'text')],
    body: ({ provider_id, ...one }) => ({ provider_id, sites: [one] }),
  },
  {
    path: 'rectify',
    to: 'concerned',
    fields: [
      { name: 'number', kind: 'text', required: true },
      { name: 'text', kind: 'area', required: true },
      { name: 'remark', kind: 'text' },
    ],
    body: same,
  },
  {
    path: 'notices',
    to: 'one',
    fields: [
      { name: 'kind', kind: 'text', required: true },
      { name: 'body', kind: 'json', required: true },
    ],
    body: same,
  },
]

export const asked = (field: HandOutField, typed: Typed) => !field.when || field.when(typed)

// What was typed, as the interface takes it; left out where nothing was. Throws SyntaxError.
export function bodyOf(handOut: HandOut, typed: Typed, provider: string, library: FiledEntity[]) {
  const values: Record<string, unknown> = {}
  if (handOut.to !== 'concerned' && provider) values.provider_id = Number(provider)
  for (const field of handOut.fields) {
    const text = (typed[field.name] ?? '').trim()
    if (!text || !asked(field, typed)) continue
    values[field.name] =
      field.kind === 'lines' ? text.split(/\s+/) : field.kind === 'json' ? JSON.parse(text) : field.kind === 'number' ? Number(text) : text
  }
  return handOut.body(values, library)
}
