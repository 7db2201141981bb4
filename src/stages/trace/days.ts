export const daySeconds = 86_400

/** The years 0000 to 9999, which alone are written with four digits. */
const [first, last] = [Date.parse("0000-01-01T00:00:00Z") / 1000, Date.parse("9999-12-31T00:00:00Z") / 1000]

/** The UTC day of a time that a commit or tag states, which may be any number: what lies beyond four digits of a year is told as the nearest day. */
export function dayOf(seconds: number): string {
  return new Date(Math.min(Math.max(seconds, first), last) * 1000).toISOString().slice(0, 10)
}

/** The first second of a day, UTC. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000

/** Whole days from one time to a later one. */
export const daysBetween = (from: number, to: number): number => Math.floor((to - from) / daySeconds)
