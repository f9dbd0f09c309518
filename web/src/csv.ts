// Tables as files for spreadsheets: RFC 4180, with the mark by which they know UTF-8.
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

export function saveCsv(name: string, rows: unknown[][]) {
  const url = URL.createObjectURL(new Blob([toCsv(rows)], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${name}.csv`
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
