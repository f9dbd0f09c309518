// Something that the server is asked to do: busy meanwhile, and what it refused afterwards.
import { ref } from 'vue'
import { type Problem, Refusal } from './api'

export function useAttempt() {
  const busy = ref(false)
  const problems = ref<Problem[]>([])
  // Did it work?
  async function attempt(work: () => Promise<unknown>) {
    busy.value = true
    problems.value = []
    try {
      await work()
      return true
    } catch (e) {
      if (!(e instanceof Refusal)) throw e
      problems.value = e.problems
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problems, attempt }
}
