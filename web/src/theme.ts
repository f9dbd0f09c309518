import { ref } from 'vue'

const kKey = 'beian.theme'
const prefers = window.matchMedia('(prefers-color-scheme: dark)')
const kept = (() => {
  try {
    return localStorage.getItem(kKey)
  } catch {
    return null
  }
})()

export const dark = ref(kept ? kept === 'dark' : prefers.matches)
const show = () => document.documentElement.classList.toggle('dark', dark.value)
show()
if (!kept)
  prefers.addEventListener('change', (e) => {
    dark.value = e.matches
    show()
  })

export function toggleTheme() {
  dark.value = !dark.value
  show()
  try {
    localStorage.setItem(kKey, dark.value ? 'dark' : 'light')
  } catch {
    // not kept
  }
}
