// An order being filled in: saved by itself a moment after the last word typed, by compare-and-set
// on its version. What is typed is kept in the browser as well until the server has it, so that
// neither a lost connection nor an expired session loses a word.
import { computed, onBeforeUnmount, reactive, ref } from 'vue'
import { call, type Document, type FindingsAnswer, get, type Order, type Problem, Refusal } from './api'
import { covers, setAt, valueAt } from './pointer'

const kPause = 700 // ms after the last word
const kRetry = 5000 // ms after the server was not reached

export function useDraft(id: string) {
  const order = ref<Order | null>(null)
  const document = reactive<{ it: Document }>({ it: {} })
  const findings = ref<FindingsAnswer>({ complete: false, problems: [], warnings: [] })
  const refused = ref<Problem[]>([])
  const state = ref<'saved' | 'typing' | 'saving' | 'waiting' | 'conflict'>('saved')
  const kept = `beian.draft.${id}`
  let timer = 0
  let edit = 0 // counts edits, so that an answer knows whether more was typed meanwhile
  let running: Promise<void> | null = null

  const keep = () => {
    try {
      // Filing passwords stay in the page: they are secrets, and typed anew in a moment.
      const { filing_password: _, old_filing_password: __, ...words } = document.it
      localStorage.setItem(kept, JSON.stringify({ version: order.value?.version, document: words }))
    } catch {
      // a browser that keeps nothing: the server does, a moment later
    }
  }
  const forget = () => {
    try {
      localStorage.removeItem(kept)
    } catch {
      // nothing to forget
    }
  }

  function take(fresh: Order) {
    order.value = fresh
    document.it = structuredClone(fresh.document) ?? {}
  }

  async function check() {
    findings.value = await get<FindingsAnswer>(`/api/v1/orders/${id}/findings`)
  }

  async function load() {
    take(await get<Order>(`/api/v1/orders/${id}`))
    restore()
    await check()
  }

  // Words of an earlier visit that never reached the server.
  function restore() {
    try {
      const text = localStorage.getItem(kept)
      if (!text || !order.value?.editable) return forget()
      const was = JSON.parse(text) as { version: number; document: Document }
      if (was.version !== order.value.version) return forget()
      document.it = was.document
      typed()
    } catch {
      forget()
    }
  }

  function typed() {
    edit++
    keep()
    if (state.value === 'conflict') return
    state.value = 'typing'
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void save(), kPause)
  }

  function set(pointer: string, value: unknown) {
    setAt(document.it, pointer, value)
    typed()
  }

  async function send() {
    if (!order.value) return
    const mine = edit
    state.value = 'saving'
    try {
      const fresh = await call<Order>('PUT', `/api/v1/orders/${id}`, {
        document: document.it,
        version: order.value.version,
      })
      order.value = fresh
      refused.value = []
      if (mine === edit) {
        // The server's normal forms (a domain in small letters) come back into the fields.
        document.it = structuredClone(fresh.document) ?? {}
        state.value = 'saved'
        forget()
      } else {
        keep()
        state.value = 'typing'
        timer = window.setTimeout(() => void save(), kPause)
      }
      await check()
    } catch (e) {
      if (!(e instanceof Refusal)) throw e
      if (e.has('stale_version')) state.value = 'conflict'
      else if (e.status === 422 || e.status === 409) {
        refused.value = e.problems
        state.value = 'waiting'
      } else {
        state.value = 'waiting'
        window.clearTimeout(timer)
        timer = window.setTimeout(() => void save(), kRetry)
      }
    }
  }

  // One at a time; the next begins when the one before has ended.
  async function save() {
    window.clearTimeout(timer)
    while (running) await running
    if (state.value === 'saved' || state.value === 'conflict') return
    running = send().finally(() => (running = null))
    await running
  }

  // Another window, or another member, was faster: theirs, or mine over theirs.
  async function settle(mine: boolean) {
    const words = document.it
    const fresh = await get<Order>(`/api/v1/orders/${id}`)
    take(fresh)
    state.value = 'saved'
    if (mine) {
      document.it = words
      typed()
    } else forget()
    await check()
  }

  // What may not be typed over: facts that were verified, and while the provider waits for certain
  // changes all that it did not mark.
  function locked(pointer: string): 'verified' | 'unmarked' | '' {
    const it = order.value
    if (!it) return ''
    if (it.locked.some((l) => holds(l, pointer))) return 'verified'
    if (it.state !== 'needs_changes') return ''
    const marks = it.findings.filter((f) => f.verdict !== 'pass').map((f) => f.field)
    return marks.some((m) => covers(m, pointer) || covers(pointer, m)) ? '' : 'unmarked'
  }
  function holds(lock: string, pointer: string) {
    // Of an app only its names are verified; verified domains may be shared out among services.
    if (lock === '/services/0/app')
      return /^\/services\/0\/(kind|app\/(applet_id|host_platform|platforms\/\d+\/(platform|package_id)))$/.test(pointer)
    if (lock === '/services/0/domains' && ((document.it.services as unknown[]) ?? []).length > 1) return false
    return covers(lock, pointer)
  }

  const problems = computed(() => [...refused.value, ...findings.value.problems])

  const leaving = (e: BeforeUnloadEvent) => {
    if (state.value !== 'saved') e.preventDefault()
  }
  window.addEventListener('beforeunload', leaving)
  onBeforeUnmount(() => {
    window.removeEventListener('beforeunload', leaving)
    void save()
  })

  return {
    order,
    document,
    findings,
    problems,
    state,
    load,
    check,
    set,
    save,
    settle,
    take,
    locked,
    value: (pointer: string) => valueAt(document.it, pointer),
  }
}

export type Draft = ReturnType<typeof useDraft>
