// What reviewers complain of most, by field: names of texts in office.reasonss. A chosen one is put
// into the finding, where it can be changed.
const kOfField: [RegExp, string[]][] = [
  [/\/materials\/1$/, ['sheet_unsigned', 'unclear', 'cut_off', 'template_changed', 'differs_from_form']],
  [/\/materials\/(2|3|4)$/, ['unclear', 'cut_off', 'expired', 'not_original', 'one_side', 'differs_from_form', 'wrong_kind']],
  [/\/materials\/5$/, ['photo_background', 'photo_person', 'unclear', 'photo_old']],
  [/\/materials\/7$/, ['unclear', 'wrong_kind']],
  [/\/materials\/\d+$/, ['unclear', 'cut_off', 'unsealed', 'unsigned', 'expired', 'wrong_kind', 'template_changed']],
  [/\/services\/\d+\/name$/, ['service_name_generic', 'service_name_domain', 'service_name_company', 'service_name_sensitive']],
  [/\/manager\/name$/, ['differs_from_certificate', 'not_legal_representative', 'no_authorization']],
  [/\/name$/, ['differs_from_certificate', 'name_incomplete']],
  [/\/(number|certificate_number)$/, ['differs_from_certificate', 'certificate_expired']],
  [/\/certificate\/address$/, ['differs_from_certificate']],
  [/\/address$/, ['address_incomplete', 'address_differs']],
  [/\/(mobile|emergency_mobile|office_phone)$/, ['phone_unreachable', 'phone_not_owner', 'phone_other_province', 'phone_in_use']],
  [/\/email$/, ['email_bad']],
  [/\/domains(\/\d+)?$/, ['domain_not_verified', 'domain_holder', 'domain_expired', 'domain_resolves']],
  [/\/home_url$/, ['home_url_not_domain', 'site_reachable']],
  [/\/(contents|content_type|languages)$/, ['content_mismatch', 'preapproval_missing']],
  [/\/(nature|type|certificate_type)$/, ['kind_differs']],
  [/\/(from|to)$/, ['address_not_ours']],
  [/\/remark$/, ['remark_needed']],
]

// What the provider's administrator words: the kinds of field of src/orders/reasons.hpp.
export interface OwnReason {
  id: string
  place: string
  text: string
  changed: string
}
const kOfPlace: [string, RegExp][] = [
  ['material', /\/materials\/\d+$/],
  ['name', /\/name$/],
  ['certificate', /\/(number|type|certificate_number|certificate_type|certificate\/address)$/],
  ['address', /\/(province|city|county|address)$/],
  ['phone', /\/(mobile|emergency_mobile|office_phone)$/],
  ['email', /\/email$/],
  ['domain', /\/(domains(\/\d+)?|home_url)$/],
  ['content', /\/(contents|content_type|languages|remark)$/],
  ['access', /\/accesses\//],
]
export const kPlaces = ['any', ...kOfPlace.map(([place]) => place)]
export const ownReasonsFor = (field: string, all: OwnReason[]) => {
  const place = kOfPlace.find(([, pattern]) => pattern.test(field))?.[0]
  return all.filter((r) => r.place === 'any' || r.place === place)
}

export const reasonsFor = (field: string) =>
  kOfField.find(([pattern]) => pattern.test(field))?.[1] ?? ['differs_from_certificate', 'incomplete']
