// The result of a check of filings (HCJG) about one entity or service of the library: chosen
// there, so that nobody types a record's id.
import type { HandOut, Typed } from './handOuts'
import type { FiledEntity } from './shapes'

const kFindings = ['dead', 'shell', 'alive', 'over_reported', 'under_reported', 'entity_wrong']
const ofEntity = (typed: Typed) => typed.finding === 'entity_wrong'
const ofService = (typed: Typed) => Boolean(typed.finding) && !ofEntity(typed)
const ofAccess = (typed: Typed) => typed.finding === 'over_reported' || typed.finding === 'under_reported'
const services = (library: FiledEntity[]) => library.flatMap((e) => e.services)
// As the interface writes it: Beijing's clock.
const checked = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

export const checkResults: HandOut = {
  path: 'check-results',
  to: 'one',
  fields: [
    { name: 'finding', kind: 'select', required: true, choices: kFindings },
    {
      name: 'filed_service',
      kind: 'select',
      required: true,
      when: ofService,
      pointer: '/authority_service_id',
      filed: (library) => services(library).map((s) => ({ value: String(s.id), label: `${s.number} ${s.name}` })),
    },
    {
      name: 'filed_access',
      kind: 'select',
      when: (typed) => typed.finding === 'over_reported',
      filed: (library, typed) =>
        (services(library).find((s) => String(s.id) === typed.filed_service)?.accesses ?? []).map((a) => ({
          value: String(a.id),
          label: `${a.provider_id} ${a.addresses.map((r) => r.from).join(' ')}`,
        })),
    },
    { name: 'domain', kind: 'text', when: ofAccess },
    {
      name: 'filed_entity',
      kind: 'select',
      required: true,
      when: ofEntity,
      pointer: '/authority_entity_id',
      filed: (library) => library.map((e) => ({ value: String(e.id), label: `${e.entity_number} ${e.entity_name}` })),
    },
    { name: 'certificate_type', kind: 'number', required: true, when: ofEntity },
    { name: 'certificate_number', kind: 'text', required: true, when: ofEntity },
    { name: 'reason', kind: 'area', when: ofEntity },
    { name: 'remark', kind: 'text' },
  ],
  body({ provider_id, finding, filed_service, filed_access, filed_entity, ...rest }, library) {
    const service = services(library).find((s) => String(s.id) === filed_service)
    const entity = library.find((e) => String(e.id) === filed_entity)
    const one = { authority_service_id: service?.id, filing_number: service?.number, checked: checked(), ...rest }
    const home = service?.domains[0] && { home_url: `www.${service.domains[0]}` }
    const access = filed_access ? { authority_access_id: Number(filed_access) } : {}
    if (finding === 'entity_wrong')
      return { provider_id, entities: [{ authority_entity_id: entity?.id, name: entity?.entity_name, ...rest }] }
    if (finding === 'over_reported' || finding === 'under_reported')
      return { provider_id, accesses: [{ ...one, ...access, result: finding === 'over_reported' ? 1 : 2 }] }
    if (finding === 'dead') return { provider_id, dead_services: [{ ...one, ...home }] }
    return { provider_id, shell_services: [{ ...one, ...home, result: finding === 'alive' ? 0 : 1 }] }
  },
}
