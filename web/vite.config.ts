import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig, type Plugin } from 'vite'

// index.html names the files of start.ts, so that nobody waits for main.ts to ask for them.
const namesStart: Plugin = {
  name: 'names-start',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle, filename }) {
      if (!filename.endsWith('index.html')) return []
      const chunks = Object.values(bundle ?? {}).filter((c) => c.type === 'chunk')
      const start = chunks.find((c) => c.facadeModuleId?.endsWith('/src/start.ts'))
      if (!start) return []
      return [...new Set([start.fileName, ...start.imports])].filter((file) => !html.includes(file)).map((file) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
        injectTo: 'head' as const,
      }))
    },
  },
}

// The page is served by `beian serve`; while developing, `npm run dev` asks a running one for data.
export default defineConfig({
  plugins: [vue(), Components({ dts: 'src/components.d.ts', resolvers: [ElementPlusResolver()] }), namesStart],
  define: {
    // Parts of vue-i18n that nobody here uses.
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: 'es2022',
    manifest: true,
    chunkSizeWarningLimit: 700,
    // Over a slow line each file costs a round trip more than its bytes: what most pages share is one
    // file, what pages of forms share another.
    cssCodeSplit: false,
    rolldownOptions: {
      input: ['index.html', 'authority.html'], // the portal; the sandbox authority's site
      output: {
        codeSplitting: {
          groups: [
            { name: 'preload', test: /vite.preload-helper/, priority: 3 },
            { name: 'base', test: /node_modules.(vue|@vue|vue-router|vue-i18n|@intlify|@tanstack)/, priority: 2 },
            { name: 'shared', minShareCount: 12, priority: 1 },
          ],
        },
      },
    },
    assetsInlineLimit: 0, // the content security policy allows no data: scripts or styles
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
