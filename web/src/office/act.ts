// One thing that is asked of the server at a time: what it refused, and that it is done.
import { onScopeDispose, ref, type Ref } from 'vue'
import { useAttempt } from '../attempt'

// What was said of the last thing goes when the next one begins; reading anew is none.
const saidOf = new Set<Ref<string>>()

export function useAct() {
  const { busy, problems, attempt } = useAttempt()
  const done = ref('')
  saidOf.add(done)
  onScopeDispose(() => saidOf.delete(done))
  // True when it was done; `said` is shown then.
  async function run(what: () => Promise<unknown>, said = '') {
    if (busy.value) return false
    done.value = ''
    if (said) for (const other of saidOf) other.value = ''
    if (!(await attempt(what))) return false
    done.value = said
    return true
  }
  return { problems, busy, done, run }
}
