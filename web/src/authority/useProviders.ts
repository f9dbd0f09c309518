// The providers' accounts, as a list and as choices.
import { computed } from 'vue'
import { useFresh } from '../office/fresh'
import type { ProviderAccount } from './shapes'

export function useProviders(every = 0) {
  const read = useFresh<ProviderAccount[]>('/manage/providers', every)
  return {
    ...read,
    choices: computed(() =>
      (read.data.value ?? []).map((p) => ({ value: String(p.provider_id), label: `${p.provider_id} ${p.user_name}` })),
    ),
  }
}
