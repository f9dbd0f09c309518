// The pages of those who run the system: one list, each page a chunk of its own. `scope` says who
// may use a page; an auditor may look at every one.
import type { RouteRecordRaw } from 'vue-router'

interface Place {
  path: string
  // Key of its name in office.nav; without one it is reached from another page.
  nav?: string
  group?: string
  scope: string
  page: () => Promise<unknown>
}

export const places: Place[] = [
  { path: '/review', nav: 'queue', group: 'review', scope: 'review', page: () => import('../pages/office/QueuePage.vue') },
  { path: '/office/review-statistics', nav: 'review_statistics', group: 'review', scope: 'review', page: () => import('../pages/office/ReviewStatisticsPage.vue') },

  { path: '/office/links', nav: 'links', group: 'authority', scope: 'officer', page: () => import('../pages/office/LinksPage.vue') },
  { path: '/office/tasks', nav: 'tasks', group: 'authority', scope: 'officer', page: () => import('../pages/office/TasksPage.vue') },
  { path: '/office/tasks/:number', scope: 'officer', page: () => import('../pages/office/TaskPage.vue') },
  { path: '/office/ledger', nav: 'ledger', group: 'authority', scope: 'officer', page: () => import('../pages/office/LedgerPage.vue') },
  { path: '/office/ledger/:id', scope: 'officer', page: () => import('../pages/office/LedgerEntryPage.vue') },
  { path: '/office/submissions', nav: 'submissions', group: 'authority', scope: 'officer', page: () => import('../pages/office/SubmissionsPage.vue') },
  { path: '/office/submissions/:number', scope: 'officer', page: () => import('../pages/office/SubmissionPage.vue') },
  { path: '/office/synchronisations', nav: 'syncs', group: 'authority', scope: 'officer', page: () => import('../pages/office/SyncsPage.vue') },
  { path: '/office/synchronisations/:source', scope: 'officer', page: () => import('../pages/office/SyncPage.vue') },

  { path: '/office/addresses', nav: 'addresses', group: 'addresses', scope: 'officer', page: () => import('../pages/office/AddressesPage.vue') },
  { path: '/office/addresses/new', scope: 'officer', page: () => import('../pages/office/AddressPage.vue') },
  { path: '/office/addresses/check', nav: 'address_check', group: 'addresses', scope: 'officer', page: () => import('../pages/office/AddressCheckPage.vue') },
  { path: '/office/addresses/import', nav: 'address_import', group: 'addresses', scope: 'officer', page: () => import('../pages/office/AddressImportPage.vue') },
  { path: '/office/addresses/:id', scope: 'officer', page: () => import('../pages/office/AddressPage.vue') },

  { path: '/office/findings', nav: 'findings', group: 'registry', scope: 'officer', page: () => import('../pages/office/FindingsPage.vue') },
  { path: '/office/unfiled-sites', nav: 'unfiled', group: 'registry', scope: 'officer', page: () => import('../pages/office/UnfiledSitesPage.vue') },
  { path: '/office/blacklist', nav: 'blacklist', group: 'registry', scope: 'officer', page: () => import('../pages/office/BlacklistPage.vue') },
  { path: '/office/entity-account', nav: 'move', group: 'registry', scope: 'officer', page: () => import('../pages/office/MovePage.vue') },
  { path: '/office/identity', nav: 'identity', group: 'registry', scope: 'officer', page: () => import('../pages/office/IdentityPage.vue') },

  { path: '/office/accounts', nav: 'accounts', group: 'admin', scope: 'admin', page: () => import('../pages/office/AccountsPage.vue') },
  { path: '/office/events', nav: 'events', group: 'admin', scope: 'admin', page: () => import('../pages/office/EventsPage.vue') },
  { path: '/office/rules', nav: 'rules', group: 'admin', scope: 'admin', page: () => import('../pages/office/RuleBooksPage.vue') },
  { path: '/office/rules/:province', scope: 'admin', page: () => import('../pages/office/RuleBookPage.vue') },
  { path: '/office/settings', nav: 'settings', group: 'admin', scope: 'admin', page: () => import('../pages/office/SettingsPage.vue') },
  { path: '/office/templates', nav: 'templates', group: 'admin', scope: 'admin', page: () => import('../pages/office/ReasonsPage.vue') },
  { path: '/office/board', nav: 'board', group: 'admin', scope: 'admin', page: () => import('../pages/office/BoardPage.vue') },
  { path: '/office/overrides', nav: 'overrides', group: 'admin', scope: 'admin', page: () => import('../pages/office/OverridesPage.vue') },

  { path: '/office/resources', nav: 'resources', group: 'data', scope: 'resources:write', page: () => import('../pages/office/ResourcesPage.vue') },
  { path: '/office/requirements', nav: 'requirements', group: 'data', scope: 'office', page: () => import('../pages/office/RequirementsPage.vue') },
  { path: '/office/codes', nav: 'codes', group: 'data', scope: 'office', page: () => import('../pages/office/CodesPage.vue') },
  { path: '/office/codes/:table', scope: 'office', page: () => import('../pages/office/CodePage.vue') },
]

export const routes: RouteRecordRaw[] = [
  {
    path: '/office',
    component: () => import('../pages/office/OfficeArea.vue'),
    meta: { office: true, title: 'nav.office' },
    children: [
      { path: '', name: 'office', component: () => import('../pages/office/OfficeHome.vue'), meta: { scope: 'office' } },
      ...places.map((p) => ({ path: p.path, component: p.page, meta: { scope: p.scope, ...(p.nav ? { title: `office.nav.${p.nav}` } : {}) } }) as RouteRecordRaw),
    ],
  },
  {
    path: '/review/:id',
    name: 'review-order',
    component: () => import('../pages/office/ReviewPage.vue'),
    meta: { scope: 'review', office: true, title: 'nav.review' },
  },
]

export const links = [
  { to: '/review', key: 'nav.review', scope: 'review' },
  { to: '/office', key: 'nav.office', scope: 'office' },
]
