// An order's document as rows to read: every leaf with its pointer, in sections, codes with their
// names as they were when the order was handed in. Reviewers see the codes too.
import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Order } from './api'
import { nameOf, useCodes, useProvinces, useRegionsOf } from './codes'

export interface Row {
  field: string
  label: string
  value: string
}
export interface Section {
  title: string
  rows: Row[]
}

const kTables: Record<string, string> = {
  nature: 'entity_nature',
  type: 'certificate_type',
  certificate_type: 'certificate_type',
  contents: 'service_content',
  languages: 'language',
  content_type: 'preapproval_content',
  locations: 'server_location',
  methods: 'access_method',
  reason: 'cancel_reason',
}

export function useDocumentRows(order: Ref<Order | null>, codes: 'with codes' | 'names only') {
  const { t, te } = useI18n()
  // A draft has no names of its own yet.
  const tables = codes === 'names only' ? [...new Set(Object.values(kTables))] : []
  const today = Object.fromEntries(tables.map((table) => [table, useCodes(table)]))
  const nameToday = (table: string, code: number) => {
    const row = today[table]?.value.find((r) => r.code === code)
    return row && nameOf(row)
  }
  const provinces = useProvinces()
  const within = useRegionsOf(() => order.value?.document.entity?.location?.province)
  const regionName = (code: number) =>
    [...provinces.value, ...within.value, ...within.value.flatMap((c) => c.children ?? [])].find((r) => r.code === code)
      ?.name
  function shown(field: string, value: unknown) {
    const last = field.split('/').at(-1)!
    const name =
      typeof value !== 'number'
        ? undefined
        : field.includes('/location/')
          ? regionName(value)
          : (order.value?.code_names?.[kTables[last] ?? '']?.[value] ?? nameToday(kTables[last] ?? '', value))
    if (typeof value === 'boolean') return t(value ? 'field.yes' : 'field.no')
    if (last === 'kind' && te(`kind.${String(value)}`)) return t(`kind.${String(value)}`)
    if (!name) return String(value)
    return codes === 'with codes' ? `${name} (${value})` : name
  }
  const word = (part: string) =>
    /^\d+$/.test(part) ? String(Number(part) + 1) : te(`part.${part}`) ? t(`part.${part}`) : part
  const label = (field: string) => field.split('/').slice(1).map(word).join(' · ')

  function leaves(value: unknown, field: string, from: string): Row[] {
    if (value === null || value === undefined) return []
    if (Array.isArray(value) && value.every((v) => typeof v !== 'object'))
      return [{ field, label: label(field.slice(from.length)), value: value.map((v) => shown(field, v)).join(t('review.and')) }]
    if (typeof value === 'object')
      return Object.entries(value as object).flatMap(([k, v]) => leaves(v, `${field}/${k}`, from))
    return [{ field, label: label(field.slice(from.length)), value: shown(field, value) }]
  }
  // Entity, its manager, each service, its manager: a section each; what is left comes last.
  const sections = computed<Section[]>(() => {
    const document = order.value?.document
    if (!document) return []
    const out: Section[] = []
    const add = (value: unknown, field: string) => {
      const rows = leaves(value, field, field)
      if (rows.length) out.push({ title: label(field), rows })
    }
    const apart = (value: Record<string, unknown> | undefined, field: string) => {
      if (!value) return
      const { manager, ...rest } = value
      add(rest, field)
      add(manager, `${field}/manager`)
    }
    const { entity, services, ...rest } = document
    apart(entity, '/entity')
    if (Array.isArray(services)) services.forEach((s, i) => apart(s, `/services/${i}`))
    const others = leaves(rest, '', '')
    if (others.length) out.push({ title: t('handed_in.others'), rows: others })
    return out
  })
  return { sections, label }
}
