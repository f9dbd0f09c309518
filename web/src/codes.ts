// Code tables and regions, asked once for the page's life: they change a few times in a year.
import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { type CodeRow, get } from './api'
import { locale } from './i18n'

export function useCodes(table: MaybeRefOrGetter<string>) {
  const query = useQuery({
    queryKey: ['codes', () => toValue(table)],
    queryFn: () => get<{ rows: CodeRow[] }>(`/api/v1/codes/${toValue(table)}`),
    staleTime: Infinity,
  })
  return computed(() => query.data.value?.rows ?? [])
}

export const nameOf = (row: { zh: string; en?: string }) =>
  locale() === 'en' && row.en ? row.en : row.zh

// The types of certificates that a nature may have; all, where nothing is known of it.
export function useFittingTypes(nature: MaybeRefOrGetter<number | undefined>) {
  const natures = useCodes('entity_nature')
  const types = useCodes('certificate_type')
  return computed(() => {
    const row = natures.value.find((n) => n.code === toValue(nature))
    return types.value.filter((t) => t.offered !== false && (!row?.certificates || row.certificates.includes(t.code)))
  })
}

interface MaterialKind {
  title: string
  title_en: string
  purposes: number[]
}

// What a material is called: by the authority's table, or by ours where only the provider asks for
// it; its number for one that nobody knows.
export function useMaterialTitle() {
  const purposes = useCodes('attachment_purpose')
  const own = useQuery({
    queryKey: ['materials'],
    queryFn: () => get<{ materials: MaterialKind[] }>('/api/v1/requirements/materials'),
    staleTime: Infinity,
  })
  return (purpose: number) => {
    const row = purposes.value.find((p) => p.code === purpose)
    if (row) return nameOf(row)
    const kind = own.data.value?.materials.find((m) => m.purposes.includes(purpose))
    return kind ? nameOf({ zh: kind.title, en: kind.title_en }) : String(purpose)
  }
}

export interface Region {
  code: number
  name: string
  children?: Region[]
}

export function useProvinces() {
  const query = useQuery({
    queryKey: ['regions'],
    queryFn: () => get<{ regions: Region[] }>('/api/v1/regions'),
    staleTime: Infinity,
  })
  return computed(() => query.data.value?.regions ?? [])
}

export function useRegionsOf(province: MaybeRefOrGetter<number | undefined>) {
  const query = useQuery({
    queryKey: ['regions', () => toValue(province)],
    queryFn: () => get<{ regions: Region[] }>(`/api/v1/regions/${toValue(province)}`),
    enabled: () => Boolean(toValue(province)),
    staleTime: Infinity,
  })
  return computed(() => query.data.value?.regions ?? [])
}
