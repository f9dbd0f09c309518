// Pages that need no account.
import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('../pages/HomePage.vue'), meta: { title: 'home.title' } },
  { path: '/sign-in', name: 'sign-in', component: () => import('../pages/SignInPage.vue'), meta: { title: 'sign.in' } },
  { path: '/new-password', name: 'new-password', component: () => import('../pages/NewPasswordPage.vue'), meta: { title: 'account.password' } },
  { path: '/query', name: 'query', component: () => import('../pages/QueryPage.vue'), meta: { title: 'query.title' } },
]
