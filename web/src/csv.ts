// Tables as files for spreadsheets: CSV as in RFC 4180, with the mark by which they know UTF-8, or
// the spreadsheet itself.
import { post } from './api'

const kMark = '\ufeff'
const kFormula = /^[=+\-@\t\r]/

function cell(value: unknown) {
  let text = value === null || value === undefined ? '' : String(value)
  // What a spreadsheet would take for a formula gets an apostrophe, as in the server's own files; the
  // importers take it off. A negative number is none.
  if (kFormula.test(text) && Number.isNaN(Number(text))) text = `'${text}`
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const toCsv = (rows: unknown[][]) => kMark + rows.map((r) => r.map(cell).join(',') + '\r\n').join('')

export const saveCsv = (name: string, rows: unknown[][]) =>
  save(`${name}.csv`, new Blob([toCsv(rows)], { type: 'text/csv;charset=utf-8' }))

// The server makes it; throws a Refusal.
export async function saveXlsx(name: string, rows: unknown[][]) {
  const plain = rows.map((row) => row.map((value) => value ?? null))
  save(`${name}.xlsx`, await post<Blob>('/api/v1/sheets', { name, rows: plain }))
}

function save(name: string, file: Blob) {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads it after the click has ended.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

// All pages of a list, one after the other.
export async function everyPage<T>(page: (after: string) => Promise<{ items: T[]; next: string | null | undefined }>) {
  const all: T[] = []
  let after = ''
  do {
    const { items, next } = await page(after)
    all.push(...items)
    after = next ?? ''
  } while (after)
  return all
}
