// Until when the certificates of an entity and of its persons hold: as the authority told it of the
// entity, else as the account said itself in the order that told it last.
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { get, type Order, type OrderSummary } from './api'
import type { FiledEntity } from './registry'

export interface Certificate {
  who: string
  until: string // a day
  days: number // from today, Beijing's
  state: 'over' | 'soon' | 'fine'
  told: boolean // by the authority
}
interface Person {
  name?: string
  certificate_until?: string
}
const kWarn = 90
const kTelling = ['first', 'change_entity', 'change_both', 'migrate']

function certificate(who: string, until: string | null | undefined, told = false): Certificate[] {
  // For ever is no day.
  const day = until ? Date.parse(until) : NaN
  if (!until || Number.isNaN(day)) return []
  const days = day / 86_400_000 - Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000)
  return [{ who, until, days, state: days < 0 ? 'over' : days <= kWarn ? 'soon' : 'fine', told }]
}

// The newest completed order of each entity that asked for them.
async function lastOrders() {
  const { orders } = await get<{ orders: OrderSummary[] }>('/api/v1/orders?state=completed&limit=100')
  const last = new Map<string, string>()
  for (const o of orders) if (kTelling.includes(o.kind) && !last.has(o.filing_number)) last.set(o.filing_number, o.id)
  const all = await Promise.all([...last].map(async ([number, id]) => [number, await get<Order>(`/api/v1/orders/${id}`)] as const))
  return new Map(all)
}

export function useCertificates() {
  const query = useQuery({ queryKey: ['orders', 'certificates'], queryFn: lastOrders, staleTime: 60_000, retry: false })
  const said = computed(() => query.data.value ?? new Map<string, Order>())
  return (e: FiledEntity) => {
    const document = said.value.get(e.filing_number)?.document as
      | { entity?: { certificate?: { until?: string }; manager?: Person }; services?: { manager?: Person }[] }
      | undefined
    const persons = [document?.entity?.manager, ...(document?.services ?? []).map((s) => s.manager)]
    const named = new Map(persons.flatMap((p) => (p?.name ? [[p.name, p.certificate_until] as const] : [])))
    return [
      ...(e.certificate_until ? certificate(e.name, e.certificate_until, true) : certificate(e.name, document?.entity?.certificate?.until)),
      ...[...named].flatMap(([name, until]) => certificate(name, until)),
    ]
  }
}
