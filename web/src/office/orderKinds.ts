// As in src/orders/kind.cpp; their words are those of office.applies.
export const kOrderKinds = [
  'first', 'add_service', 'add_access', 'change_entity', 'change_service', 'change_both',
  'cancel_service', 'cancel_entity', 'cancel_access', 'migrate', 'claim',
]
