import { VueQueryPlugin } from '@tanstack/vue-query'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import { createApp } from 'vue'
import { i18n, loadTexts } from '../i18n'
import '../style.css'
import '../theme'
import App from './App.vue'
import { router } from './router'
import './authority.css'

await Promise.all([loadTexts('office'), loadTexts('authority')])
createApp(App).use(i18n).use(VueQueryPlugin).use(router).mount('#app')
