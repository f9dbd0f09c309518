// What somebody types and has not sent yet: it is there again after the page was left or loaded
// anew, in this tab only, and until they sign out.
import { ref, watch, type Ref } from 'vue'

const place = (key: string) => `kept:${key}`

export function useKept<T>(key: string, initial: T): { value: Ref<T>; forget: () => void } {
  // A copy: the value is changed in place.
  const empty = JSON.stringify(initial)
  let start = JSON.parse(empty) as T
  try {
    const stored = sessionStorage.getItem(place(key))
    if (stored !== null) start = JSON.parse(stored) as T
  } catch {
    // nothing kept
  }
  const value = ref(start) as Ref<T>
  watch(
    value,
    (now) => {
      try {
        if (JSON.stringify(now) === empty) sessionStorage.removeItem(place(key))
        else sessionStorage.setItem(place(key), JSON.stringify(now))
      } catch {
        // a browser that keeps nothing
      }
    },
    { deep: true, flush: 'sync' },
  )
  return {
    value,
    forget() {
      value.value = JSON.parse(empty) as T
      try {
        sessionStorage.removeItem(place(key))
      } catch {
        // nothing kept
      }
    },
  }
}
