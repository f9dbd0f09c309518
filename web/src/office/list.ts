// A list that is read page by page, with filters that stand in the page's address: a filtered list
// can be sent to a colleague, and the way back finds it as it was.
import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { get } from '../api'

export type Asked = Record<string, string>

export function useFilters(names: string[]) {
  const route = useRoute()
  const router = useRouter()
  const filters = computed<Asked>(() =>
    Object.fromEntries(
      names.flatMap((n) => {
        const value = route.query[n]
        return typeof value === 'string' && value ? [[n, value]] : []
      }),
    ),
  )
  function set(all: Asked) {
    const query = Object.fromEntries(Object.entries(all).filter(([, v]) => v))
    void router.replace({ query })
  }
  return { filters, set }
}

export const withQuery = (path: string, asked: Asked) => {
  const query = new URLSearchParams(asked).toString()
  return query ? `${path}?${query}` : path
}

export interface List<Row> {
  rows: Row[]
  loading: boolean
  failed: Error | null
  more: boolean
  loadingMore: boolean
  next: () => Promise<unknown>
  again: () => Promise<unknown>
  // Every row that fits the filters, for a file.
  all: () => Promise<Row[]>
}

const kMostRows = 20_000

export function useList<Answer, Row>(how: {
  path: MaybeRefOrGetter<string>
  filters?: MaybeRefOrGetter<Asked>
  rows: (answer: Answer) => Row[]
  // What asks for the page after this one; undefined: there is none.
  next?: (answer: Answer, rowsSoFar: number) => Asked | undefined
  every?: number
  enabled?: boolean
}) {
  const query = useInfiniteQuery({
    queryKey: ['list', () => toValue(how.path), () => toValue(how.filters) ?? {}],
    queryFn: ({ pageParam }) =>
      get<Answer>(withQuery(toValue(how.path), { ...toValue(how.filters), ...pageParam })),
    initialPageParam: {} as Asked,
    getNextPageParam: (last, pages) =>
      how.next?.(last, pages.reduce((n, p) => n + how.rows(p).length, 0)),
    refetchInterval: how.every ?? false,
    enabled: how.enabled ?? true,
    retry: 1,
    gcTime: 0,
  })
  const rowsNow = () => query.data.value?.pages.flatMap((p) => how.rows(p)) ?? []
  const list = computed<List<Row>>(() => ({
    rows: rowsNow(),
    loading: query.isPending.value,
    failed: query.error.value,
    more: query.hasNextPage.value,
    loadingMore: query.isFetchingNextPage.value,
    next: () => query.fetchNextPage(),
    again: () => query.refetch(),
    async all() {
      while (query.hasNextPage.value && rowsNow().length < kMostRows) await query.fetchNextPage()
      return rowsNow()
    },
  }))
  const first = computed(() => query.data.value?.pages[0])
  return { list, first }
}
