/** A table of foreign keys: a map, never an object's properties. */
export type Table = ReadonlyMap<string, unknown>

export const tableOf = (value: unknown): Table | undefined =>
  value instanceof Map
    ? value
    : typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
      ? new Map(Object.entries(value))
      : undefined

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

export const textsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined

/** Tables and lists inside each other; no manifest of a thousand has a dozen. What prints them goes as deep as they do. */
const depthMax = 64

/** The table, unless it is too deep to be walked: `a.b.c = 1` nests as deep as a line is long. */
export function shallowTable(value: unknown): Table | undefined {
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (typeof one.value !== "object" || one.value === null) continue
    if (one.depth > depthMax) return undefined
    for (const inner of Object.values(one.value)) left.push({ value: inner, depth: one.depth + 1 })
  }
  return tableOf(value)
}
