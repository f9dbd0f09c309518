// The steps of an order's form, by its kind and by what is filed already.
import type { Order } from './api'

const kWithEntity = ['first', 'change_entity', 'change_both']
const kWithoutServices = ['change_entity', 'claim']

export const cancels = (kind: string) => kind.startsWith('cancel_')

// Filed, but not under this account: its number, and the proof that it is the applicant's.
function elsewhere(order: Order) {
  if (['add_access', 'claim'].includes(order.kind)) return true
  if (order.kind === 'add_service') return !order.filed
  return order.kind === 'migrate' && order.document.entity_number !== undefined
}
// Of a migration only where the entity that takes the website over is filed nowhere.
const asksEntity = (order: Order) =>
  kWithEntity.includes(order.kind) || (order.kind === 'migrate' && !order.filed?.entity_number && !elsewhere(order))

export function stepsOf(order: Order) {
  if (cancels(order.kind)) return ['reason', 'check']
  return [
    ...(asksEntity(order) ? ['entity'] : []),
    ...(elsewhere(order) ? ['elsewhere'] : []),
    ...(kWithoutServices.includes(order.kind) ? [] : ['services']),
    ...(order.kind === 'migrate' ? ['leaving'] : []),
    'materials',
    'check',
  ]
}

// Where a field is filled in; nothing when no step has it.
export function stepOf(order: Order, field: string) {
  const steps = stepsOf(order)
  const wanted = field.includes('/materials')
    ? ['materials']
    : field.startsWith('/old_filing_password')
      ? ['leaving']
      : field.startsWith('/services')
        ? ['services']
        : ['entity', 'elsewhere', 'reason']
  return steps.find((s) => wanted.includes(s))
}
