import { VueQueryPlugin } from '@tanstack/vue-query'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { router } from './router'
import { loadSession } from './session'
import './style.css'
import './theme'

await loadSession()
createApp(App).use(i18n).use(VueQueryPlugin).use(router).mount('#app')
