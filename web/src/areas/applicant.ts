// The applicant's pages: their addresses, and their places in the menu.
import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/start', name: 'start', component: () => import('../pages/StartPage.vue'), meta: { scope: 'orders:write' } },
  { path: '/orders', name: 'orders', component: () => import('../pages/OrdersPage.vue'), meta: { scope: 'orders:read' } },
  { path: '/orders/:id', name: 'order', component: () => import('../pages/OrderPage.vue'), meta: { scope: 'orders:read' } },
  { path: '/filings', name: 'filings', component: () => import('../pages/FilingsPage.vue'), meta: { scope: 'orders:read' } },
]

export const links = [
  { to: '/orders', key: 'nav.orders', scope: 'orders:write' },
  { to: '/filings', key: 'nav.filings', scope: 'orders:write' },
]
