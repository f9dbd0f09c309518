// Over a slow line a round trip costs more than a page's bytes: the page that the address names is
// fetched beside what every page needs (which index.html names already), not after it.
import { routes as applicant } from './areas/applicant'
import { routes as everybody } from './areas/everybody'

const named = [...everybody, ...applicant].find((r) =>
  new RegExp(`^${r.path.replace(/:\w+/g, '[^/]+')}$`).test(location.pathname),
)
if (typeof named?.component === 'function') void (named.component as () => Promise<unknown>)()
void import('./start')
