// The pages of the sandbox authority's site. The paths are none of those that the authority serves
// itself for browsers without scripts (/desk, /decide, /files, …).
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

interface Place {
  path: string
  // Key of its name in site.nav; without one it is reached from another page.
  nav?: string
  group?: 'officer' | 'play' | 'people'
  page: () => Promise<unknown>
}

export const places: Place[] = [
  { path: '/', nav: 'overview', group: 'officer', page: () => import('./pages/OverviewPage.vue') },
  { path: '/records', nav: 'records', group: 'officer', page: () => import('./pages/RecordsPage.vue') },
  { path: '/records/:id', page: () => import('./pages/RecordPage.vue') },
  { path: '/uploads', nav: 'uploads', group: 'officer', page: () => import('./pages/UploadsPage.vue') },
  { path: '/uploads/:id', page: () => import('./pages/UploadPage.vue') },
  { path: '/accounts', nav: 'accounts', group: 'officer', page: () => import('./pages/AccountsPage.vue') },
  { path: '/accounts/new', page: () => import('./pages/NewAccountPage.vue') },
  { path: '/accounts/:id', page: () => import('./pages/AccountPage.vue') },

  { path: '/hand-out', nav: 'hand_out', group: 'play', page: () => import('./pages/HandOutPage.vue') },
  { path: '/blacklist', nav: 'blacklist', group: 'play', page: () => import('./pages/BlacklistPage.vue') },
  { path: '/open-tasks', nav: 'tasks', group: 'play', page: () => import('./pages/TasksPage.vue') },
  { path: '/switches', nav: 'switches', group: 'play', page: () => import('./pages/SwitchesPage.vue') },

  { path: '/mobiles', nav: 'mobiles', group: 'people', page: () => import('./pages/MobilesPage.vue') },
  { path: '/mobiles/:mobile', page: () => import('./pages/MobilePage.vue') },
  { path: '/verify', nav: 'verify', group: 'people', page: () => import('./pages/VerifyPage.vue') },
  { path: '/lookup', nav: 'lookup', group: 'people', page: () => import('./pages/LookupPage.vue') },
]

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...places.map((p) => ({ path: p.path, component: p.page, meta: p.nav ? { title: `site.nav.${p.nav}` } : {} }) as RouteRecordRaw),
    { path: '/:rest(.*)*', component: () => import('../pages/LostPage.vue'), meta: { title: 'lost.title' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
