// The applicant's pages: their addresses, and their places in the menu.
import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/start', name: 'start', component: () => import('../pages/StartPage.vue'), meta: { title: 'start.title', scope: 'orders:write' } },
  { path: '/orders', name: 'orders', component: () => import('../pages/OrdersPage.vue'), meta: { title: 'nav.orders', scope: 'orders:read' } },
  { path: '/orders/:id', name: 'order', component: () => import('../pages/OrderPage.vue'), meta: { title: 'order.one', scope: 'orders:read' } },
  { path: '/filings', name: 'filings', component: () => import('../pages/FilingsPage.vue'), meta: { title: 'nav.filings', scope: 'orders:read' } },
  { path: '/filings/summary', name: 'summary', component: () => import('../pages/SummaryPage.vue'), meta: { title: 'filings.summary', scope: 'orders:read' } },
  { path: '/footer/:number', name: 'footer', component: () => import('../pages/FooterPage.vue'), meta: { title: 'footer.title', scope: 'orders:read' } },
  { path: '/transfers', name: 'transfers', component: () => import('../pages/TransfersPage.vue'), meta: { title: 'transfers.title', scope: 'orders:read' } },
  { path: '/migrations', name: 'migrations', component: () => import('../pages/MigrationsPage.vue'), meta: { title: 'migrations.title', scope: 'orders:read' } },
  { path: '/resources', name: 'resources', component: () => import('../pages/ResourcesPage.vue'), meta: { title: 'resources.title', scope: 'orders:read' } },
  { path: '/codes', name: 'codes', component: () => import('../pages/CodesPage.vue'), meta: { title: 'codes.title', scope: 'orders:read' } },
  { path: '/batches', name: 'batches', component: () => import('../pages/BatchesPage.vue'), meta: { title: 'batches.title', scope: 'orders:read' } },
  { path: '/batches/:id', name: 'batch', component: () => import('../pages/BatchPage.vue'), meta: { title: 'batches.title', scope: 'orders:read' } },
  { path: '/notices', name: 'notices', component: () => import('../pages/NoticesPage.vue'), meta: { title: 'notices.title', scope: 'account' } },
  { path: '/account', name: 'account', component: () => import('../pages/account/AccountPage.vue'), meta: { title: 'account.title', scope: 'account' } },
  { path: '/account/members', name: 'members', component: () => import('../pages/account/MembersPage.vue'), meta: { title: 'members.title', scope: 'account' } },
  { path: '/account/tokens', name: 'tokens', component: () => import('../pages/account/TokensPage.vue'), meta: { title: 'tokens.title', scope: 'account' } },
  { path: '/account/seen', name: 'seen', component: () => import('../pages/account/AccessPage.vue'), meta: { title: 'seen.title', scope: 'account' } },
  { path: '/account/webhooks', name: 'webhooks', component: () => import('../pages/account/WebhooksPage.vue'), meta: { title: 'webhooks.title', scope: 'account' } },
  { path: '/account/webhooks/:id', name: 'webhook', component: () => import('../pages/account/WebhookPage.vue'), meta: { title: 'webhooks.title', scope: 'account' } },
]

export const links = [
  { to: '/orders', key: 'nav.orders', scope: 'orders:write' },
  { to: '/filings', key: 'nav.filings', scope: 'orders:write' },
  { to: '/resources', key: 'nav.resources', scope: 'orders:write' },
  { to: '/batches', key: 'nav.batches', scope: 'orders:write' },
]
