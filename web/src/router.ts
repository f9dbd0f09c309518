import { createRouter, createWebHistory } from 'vue-router'
import * as applicant from './areas/applicant'
import * as everybody from './areas/everybody'
import * as office from './areas/office'
import { loadOfficeTexts } from './i18n'
import { may, maySee, session } from './session'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...everybody.routes,
    ...applicant.routes,
    ...office.routes,
    { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/LostPage.vue'), meta: { title: 'lost.title' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  if (to.meta.office) await loadOfficeTexts()
  const scope = to.meta.scope as string | undefined
  const changing = to.name === 'new-password'
  if (!scope && !changing) return true
  if (!session.account) return { name: 'sign-in', query: { next: to.fullPath } }
  // With a password that somebody else gave, only another one can be chosen.
  if (session.password_to_change !== changing) return { name: changing ? 'account' : 'new-password' }
  if (!scope) return true
  return (to.meta.office ? maySee(scope) : may(scope)) ? true : { name: 'home' }
})
