// A list in an order's document whose rows come and go.
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import type { Draft } from './draft'

export function useRows(draft: Draft, pointer: MaybeRefOrGetter<string>) {
  const at = () => toValue(pointer)
  const rows = computed(() => (draft.value(at()) as Record<string, unknown>[] | undefined) ?? [])
  return {
    rows,
    fixed: computed(() => draft.locked(at()) !== ''),
    add: (row: Record<string, unknown>) => draft.set(at(), [...rows.value, row]),
    // An empty list is no list.
    remove(index: number) {
      const left = rows.value.filter((_, i) => i !== index)
      draft.set(at(), left.length ? left : undefined)
    },
  }
}
