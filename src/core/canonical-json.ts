/** JSON with sorted keys, two spaces and a final newline: same value, same bytes (style law 8). Sorted object by object, so that no second copy of a large value is made. */
export const canonicalJson = (value: unknown): string => `${JSON.stringify(value, sortedKeys, 2)}\n`

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  const object: Readonly<Record<string, unknown>> = { ...value }
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, object[key]]),
  )
}
