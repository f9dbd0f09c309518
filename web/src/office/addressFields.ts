// The members of an address record, and for which block and use each must or may be there: as the
// interface says (src/addresses/block.cpp), which judges in the end.
export type Block = 'source' | 'assignment' | 'broadcast' | 'own'
export const kBlocks: Block[] = ['source', 'assignment', 'broadcast', 'own']
export const kAddressStates = ['draft', 'queued', 'reporting', 'filed', 'refused', 'changing', 'deleting', 'deleted']

export interface AddressField {
  name: string
  kind: 'text' | 'number' | 'code' | 'flag' | 'date' | 'region' | 'area'
  table?: string
  // M must, o may, - never. Columns of an assignment: use 1 to 4; of a brought-along range:
  // source_kind 0 and 1.
  source: string
  assignment: string
  broadcast: string
  own: string
}
const f = (name: string, kind: AddressField['kind'], need: string, table?: string): AddressField => {
  const [source, assignment, broadcast, own] = need.split(' ') as [string, string, string, string]
  return { name, kind, table, source, assignment, broadcast, own }
}
export const addressFields: AddressField[] = [
  f('from', 'text', 'M MMMM M MM'),
  f('to', 'text', 'M MMMM M MM'),
  f('source_unit', 'number', 'M ---- - --'),
  f('broadcast_unit', 'number', '- ---- M --'),
  f('applicant_unit', 'number', '- ---- M --'),
  f('use', 'code', '- MMMM - --', 'ip_assignment'),
  f('assigned_to', 'number', '- -M-- - --'),
  f('source_kind', 'code', '- ---- - MM', 'unit_source_kind'),
  f('source_id', 'number', '- ---- - -M'),
  f('source_name', 'text', '- ---- - M-'),
  f('manner', 'code', '- M-M- - MM', 'ip_usage'),
  f('assigned', 'date', '- M-M- - MM'),
  f('redirect_server', 'flag', '- o--- - MM'),
  f('name', 'text', '- M--- - MM'),
  f('nature', 'code', '- M--- - MM', 'entity_nature'),
  f('unit_class', 'code', '- o--- - --', 'unit_class'),
  f('industry', 'code', '- o--- - --', 'industry'),
  f('province', 'region', '- M--- - MM'),
  f('city', 'region', '- M--- - MM'),
  f('county', 'region', '- o--- - oo'),
  f('address', 'text', '- M--- - MM'),
  f('contact_name', 'text', '- M--- - MM'),
  f('contact_phone', 'text', '- M--- - MM'),
  f('contact_email', 'text', '- M--- - MM'),
  f('gateway', 'text', '- o-o- - MM'),
  f('gateway_address', 'text', '- o-o- - MM'),
  f('remark', 'area', 'o oooo o oo'),
]

export type Need = 'must' | 'may' | 'never'
// While it is not told which column counts, whatever any of them allows may be there.
export function needOf(field: AddressField, block: Block, use: number, sourceKind: number): Need {
  const letters = field[block]
  const column = block === 'assignment' ? use - 1 : block === 'own' ? sourceKind : 0
  const letter = letters[column]
  if (letter) return letter === 'M' ? 'must' : letter === 'o' ? 'may' : 'never'
  if (/^M+$/.test(letters)) return 'must'
  return /^-+$/.test(letters) ? 'never' : 'may'
}
