// Tables as CSV files (RFC 4180), with a byte order mark so that spreadsheets read UTF-8.
const kFormula = /^[=+\-@\t\r]/

function cell(value: unknown) {
  let text = value === null || value === undefined ? '' : String(value)
  // A spreadsheet must not take somebody's text for a formula; the importers take the mark off.
  if (kFormula.test(text) && Number.isNaN(Number(text))) text = `'${text}`
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const toCsv = (rows: unknown[][]) => rows.map((r) => r.map(cell).join(',') + '\r\n').join('')

export function saveAs(name: string, content: Blob) {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser reads it after the click has ended.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

export const saveCsv = (name: string, rows: unknown[][]) =>
  saveAs(`${name}.csv`, new Blob(['\ufeff', toCsv(rows)], { type: 'text/csv;charset=utf-8' }))
