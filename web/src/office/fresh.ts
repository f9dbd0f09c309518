// One thing of the server's, and reading it again after something was done to it.
import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { get } from '../api'

export function useFresh<T>(path: MaybeRefOrGetter<string>, every = 0) {
  const query = useQuery({
    queryKey: ['fresh', () => toValue(path)],
    queryFn: () => get<T>(toValue(path)),
    refetchInterval: every || false,
    retry: 1,
    gcTime: 0,
  })
  return {
    data: computed(() => query.data.value),
    loading: computed(() => query.isPending.value),
    failed: computed(() => query.error.value),
    again: () => query.refetch(),
  }
}
