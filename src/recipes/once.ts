/** A question whose answer is worked out once for each object that is asked about, and kept as long as that is. */
export function once<K extends object, V>(answer: (about: K) => V): (about: K) => V {
  const known = new WeakMap<K, { readonly value: V }>()
  return (about) => {
    const found = known.get(about) ?? { value: answer(about) }
    known.set(about, found)
    return found.value
  }
}
