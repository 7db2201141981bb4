/** JSON with sorted keys, two spaces and a final newline: same value, same bytes (style law 8). Sorted object by object, so that no second copy of a large value is made. */
export const canonicalJson = (value: unknown): string => `${JSON.stringify(value, sortedKeys, 2)}\n`

const sortedKeys = (_key: string, value: unknown): unknown =>
  typeof value !== "object" || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
