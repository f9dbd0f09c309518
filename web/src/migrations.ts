// Websites of the account that another entity would take over.
import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { get } from './api'

export interface Migration {
  order: string
  order_state: string
  service_number: string
  service_name: string
  domains: string[]
  to: { name: string | null; certificate_number: string; account: string }
  state: 'asked' | 'agreed' | 'declined'
  asked: string
  decided?: string
}

// What the order may still be kept from: it is in its applicant's hands.
export const open = (m: Migration) =>
  ['draft', 'needs_changes', 'review_rejected', 'authority_rejected'].includes(m.order_state)
export const waits = (m: Migration) => m.state === 'asked' && open(m)

export function useMigrations() {
  const query = useInfiniteQuery({
    queryKey: ['migrations'],
    queryFn: ({ pageParam }) =>
      get<{ migrations: Migration[]; next: string | null }>(`/api/v1/migrations${pageParam ? `?before=${pageParam}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: 30_000, // the other side acts meanwhile
  })
  return { query, list: computed(() => query.data.value?.pages.flatMap((p) => p.migrations) ?? []) }
}
