import { createRouter, createWebHistory } from 'vue-router'
import * as applicant from './areas/applicant'
import { may, session } from './session'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', component: () => import('./pages/HomePage.vue'), meta: { title: 'home.title' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: 'sign.in' } },
    ...applicant.routes,
    { path: '/review', name: 'review', component: () => import('./pages/QueuePage.vue'), meta: { title: 'nav.review', scope: 'review' } },
    { path: '/review/:id', name: 'review-order', component: () => import('./pages/ReviewPage.vue'), meta: { title: 'nav.review', scope: 'review' } },
    { path: '/query', name: 'query', component: () => import('./pages/QueryPage.vue'), meta: { title: 'query.title' } },
    { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/LostPage.vue'), meta: { title: 'lost.title' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach((to) => {
  const scope = to.meta.scope as string | undefined
  if (!scope) return true
  if (!session.account) return { name: 'sign-in', query: { next: to.fullPath } }
  return may(scope) ? true : { name: 'home' }
})
