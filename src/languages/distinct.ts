/** As many are looked through one by one sooner than a set is made. */
const fewMax = 32

/** Each once, in order. Asked at every step of an evaluation, nearly always of very few. */
export function distinct<T>(of: readonly T[]): readonly T[] {
  if (of.length > fewMax) return [...new Set(of)]
  const found: T[] = []
  for (const one of of) if (!found.includes(one)) found.push(one)
  return found
}

/** The same of what may itself be one of several. */
export function distinctOf<T extends { readonly kind: string }, Several extends T & { readonly of: readonly T[] }>(
  of: readonly T[],
  isSeveral: (one: T) => one is Several,
): readonly T[] {
  const flat: T[] = []
  for (const one of of) {
    if (isSeveral(one)) for (const inner of one.of) flat.push(inner)
    else flat.push(one)
  }
  return distinct(flat)
}
