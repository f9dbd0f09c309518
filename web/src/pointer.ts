// JSON pointers (RFC 6901) into a document of plain objects and lists.
import type { Document } from './api'

const parts = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((p) => p.replaceAll('~1', '/').replaceAll('~0', '~'))

export function valueAt(document: unknown, pointer: string): unknown {
  let at: unknown = document
  for (const part of parts(pointer)) {
    if (at === null || typeof at !== 'object') return undefined
    at = (at as Record<string, unknown>)[part]
  }
  return at
}

// Makes what is missing on the way; an empty value removes the member.
export function setAt(document: Document, pointer: string, value: unknown) {
  const way = parts(pointer)
  const last = way.pop()!
  let at: Document = document
  way.forEach((part, i) => {
    if (at[part] === undefined || at[part] === null)
      at[part] = /^\d+$/.test(way[i + 1] ?? last) ? [] : {}
    at = at[part]
  })
  if (value === undefined || value === null || value === '') {
    if (!Array.isArray(at)) delete at[last]
    else at[Number(last)] = ''
  } else at[last] = value
}

// Is `whole` the pointer `part` or something around it?
export const covers = (whole: string, part: string) =>
  part === whole || part.startsWith(whole + '/')
