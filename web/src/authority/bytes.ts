// What is no JSON: pictures and files, asked for with the token, which no <img> and no link sends.
import { connection, Refusal } from '../api'

export async function bytesOf(path: string): Promise<Blob> {
  let answer: Response
  try {
    answer = await fetch(path, { headers: { Authorization: `Bearer ${connection.bearer}` } })
  } catch {
    throw new Refusal(0, [{ code: 'unreachable', field: '', detail: '' }])
  }
  if (!answer.ok) throw new Refusal(answer.status, [{ code: 'unknown', field: '', detail: '' }])
  return answer.blob()
}

export function save(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
