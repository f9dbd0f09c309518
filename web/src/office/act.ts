// One thing that is asked of the server at a time: what it refused, and that it is done.
import { onScopeDispose, ref, type Ref } from 'vue'
import { type Problem, Refusal } from '../api'

// What was said of the last thing goes when the next one begins; reading anew is none.
const saidOf = new Set<Ref<string>>()

export function useAct() {
  const problems = ref<Problem[]>([])
  const busy = ref(false)
  const done = ref('')
  saidOf.add(done)
  onScopeDispose(() => saidOf.delete(done))
  // True when it was done; `said` is shown then.
  async function run(what: () => Promise<unknown>, said = '') {
    if (busy.value) return false
    busy.value = true
    problems.value = []
    done.value = ''
    if (said) for (const other of saidOf) other.value = ''
    try {
      await what()
      done.value = said
      return true
    } catch (e) {
      if (!(e instanceof Refusal)) throw e
      problems.value = e.problems
      return false
    } finally {
      busy.value = false
    }
  }
  return { problems, busy, done, run }
}
