// The names of those who work on tasks, by their ids.
import { useQuery } from '@tanstack/vue-query'
import { get } from '../api'

export function useOfficers() {
  const query = useQuery({
    queryKey: ['officers'],
    queryFn: () => get<{ accounts: { id: string; name: string }[] }>('/api/v1/accounts?role=officer&limit=200'),
    staleTime: 300_000,
  })
  return (id: string) => query.data.value?.accounts.find((a) => a.id === id)?.name ?? id
}
