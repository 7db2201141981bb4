export const daySeconds = 86_400

/** The years 0000 to 9999, which alone are written with four digits. */
const [first, last] = [Date.parse("0000-01-01T00:00:00Z") / 1000, Date.parse("9999-12-31T00:00:00Z") / 1000]

/** The UTC day of a time that a commit or tag states, which may be any number: what lies beyond four digits of a year is told as the nearest day. */
export function dayOf(seconds: number): string {
  const day = Math.floor(Math.min(Math.max(seconds, first), last) / daySeconds)
  const known = told.get(day)
  if (known !== undefined) return known
  if (told.size === toldMax) told.clear()
  const text = new Date(day * daySeconds * 1000).toISOString().slice(0, 10)
  told.set(day, text)
  return text
}

/** Days that were told lately: a history tells the same again and again. */
const told = new Map<number, string>()
const toldMax = 1 << 14

/** The first second of a day, UTC. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000

/** Whole days from one time to a later one. */
export const daysBetween = (from: number, to: number): number => Math.floor((to - from) / daySeconds)
