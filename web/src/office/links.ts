// The authority links as choices of a filter.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { get } from '../api'
import type { Link } from './shapes'

export function useLinks() {
  const query = useQuery({
    queryKey: ['links'],
    queryFn: () => get<{ links: Link[] }>('/api/v1/authority/links'),
    staleTime: 300_000,
  })
  return computed(() => (query.data.value?.links ?? []).map((l) => ({ value: l.id, label: l.id })))
}
