// The promise to applicants: a first review within two working days, Monday to Friday in Beijing,
// as the server counts (src/orders/progress.cpp).
const kDay = 86_400_000
const kBeijing = 8 * 3_600_000

// The end of the n-th working day after `from`.
export function afterWorkingDays(from: Date, days: number) {
  let day = Math.floor((from.getTime() + kBeijing) / kDay)
  for (let left = days; left > 0; ) {
    day++
    // The first of January 1970 was a Thursday.
    const weekday = (day + 4) % 7
    if (weekday !== 0 && weekday !== 6) left--
  }
  return new Date((day + 1) * kDay - kBeijing - 1)
}
