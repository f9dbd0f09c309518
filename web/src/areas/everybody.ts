// Pages that need no account.
import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('../pages/HomePage.vue'), meta: { title: 'home.title' } },
  { path: '/sign-in', name: 'sign-in', component: () => import('../pages/SignInPage.vue'), meta: { title: 'sign.in' } },
  { path: '/query', name: 'query', component: () => import('../pages/QueryPage.vue'), meta: { title: 'query.title' } },
]
