// The code for the foot of a site: plain HTML, and the same where site builders want it.
export const kMinistry = 'https://beian.miit.gov.cn'
const kPolice = 'https://beian.mps.gov.cn/#/query/webSearch?code='

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const link = (href: string, text: string) =>
  `<a href="${escape(href)}" target="_blank" rel="noopener noreferrer">${escape(text)}</a>`

export interface Footer {
  number: string
  police: { text: string; link: string } | null
  html: string
  inner: string
}

// The police's link wants the digits of its number only.
export function footer(number: string, police: string): Footer {
  const digits = police.match(/\d{6,}/)?.[0]
  const other = digits ? { text: police, link: kPolice + digits } : null
  const inner = [link(kMinistry, number), ...(other ? [link(other.link, other.text)] : [])].join('\n  ')
  return { number, police: other, inner, html: `<p style="text-align: center">\n  ${inner}\n</p>` }
}

const jsx = (f: Footer) =>
  `export default function FilingNumber() {
  return (
    <p style={{ textAlign: 'center' }}>
      ${f.inner.replaceAll('\n  ', '\n      ')}
    </p>
  )
}`

export const builders: { name: string; title?: string; steps: number[]; code: (f: Footer) => string }[] = [
  { name: 'wordpress', title: 'WordPress', steps: [1, 2, 3], code: (f) => f.html },
  { name: 'typecho', title: 'Typecho / Hexo / Hugo', steps: [1, 2], code: (f) => f.html },
  { name: 'discuz', title: 'Discuz!', steps: [1, 2], code: (f) => f.number },
  { name: 'vue', title: 'Vue', steps: [1], code: (f) => `<template>\n  ${f.html.replaceAll('\n', '\n  ')}\n</template>` },
  { name: 'react', title: 'React / Next.js', steps: [1], code: jsx },
  { name: 'other', steps: [1, 2], code: (f) => f.html },
]
