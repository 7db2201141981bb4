/** A table of foreign keys: a map, never an object's properties. */
export type Table = ReadonlyMap<string, unknown>

export const tableOf = (value: unknown): Table | undefined =>
  value instanceof Map
    ? value
    : typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
      ? new Map(Object.entries(value))
      : undefined

export const textsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined
