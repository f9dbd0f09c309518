// How many numbers a province wants of one person who is in charge of both entity and service
// (phone-distinct): said beforehand, where nothing is typed yet.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { get } from './api'
import type { Draft } from './draft'
import { natureName } from './registry'

interface Rule {
  kind: string
  params: Record<string, unknown>
  text: string
  text_en: string
  source: string
}

export function useNumbersOfOne(draft: Draft, service: string, enabled: boolean) {
  const province = computed(() => draft.value('/entity/location/province') as number | undefined)
  const asked = computed(() =>
    new URLSearchParams({
      province: String(province.value),
      nature: natureName(draft.value('/entity/nature') as number | undefined),
      kind: draft.order.value?.kind ?? 'first',
      service: (draft.value(`${service}/kind`) as string | undefined) ?? 'website',
    }).toString(),
  )
  const query = useQuery({
    queryKey: ['requirements', asked],
    queryFn: () => get<{ rules: Rule[] }>(`/api/v1/requirements?${asked.value}`),
    enabled: () => enabled && Boolean(province.value),
    staleTime: Infinity,
    retry: false,
  })
  return computed(() => {
    const rule = query.data.value?.rules.find((r) => r.kind === 'phone-distinct')
    const least = Number(rule?.params.same_person_min_numbers ?? 0)
    return rule && least > 1 ? { least, rule } : null
  })
}

export interface Person {
  certificate_number?: string
  mobile?: string
  emergency_mobile?: string
}
export const samePerson = (a?: Person, b?: Person) =>
  Boolean(a?.certificate_number && a.certificate_number === b?.certificate_number)
export const numbersOf = (...persons: (Person | undefined)[]) =>
  new Set(persons.flatMap((p) => [p?.mobile, p?.emergency_mobile]).filter(Boolean)).size
