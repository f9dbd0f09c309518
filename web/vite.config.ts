import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'

// The page is served by `beian serve`; while developing, `npm run dev` asks a running one for data.
export default defineConfig({
  plugins: [vue(), Components({ dts: 'src/components.d.ts', resolvers: [ElementPlusResolver()] })],
  build: {
    target: 'es2022',
    manifest: true,
    rollupOptions: { input: ['index.html', 'authority.html'] }, // the portal; the sandbox authority's site
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0, // the content security policy allows no data: scripts or styles
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
