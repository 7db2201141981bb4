import { Mapped } from "../mapped.ts"

/** The elements of a list: a semicolon between square brackets or behind a backslash parts none. */
export function splitList(of: Mapped): readonly Mapped[] {
  if (!of.text.includes(";")) return of.length === 0 ? [] : [of]
  const items: Mapped[] = []
  let [start, depth] = [0, 0]
  for (let at = 0; at <= of.length; at += 1) {
    const one = of.text.charAt(at)
    if (one === "[") depth += 1
    else if (one === "]") depth -= 1
    if (at < of.length && (one !== ";" || depth > 0 || of.text.charAt(at - 1) === "\\")) continue
    if (at > start) items.push(of.slice(start, at).replace(/\\;/g, () => ";"))
    start = at + 1
  }
  return items
}

export const listOf = (items: readonly Mapped[]): Mapped =>
  Mapped.join(items.flatMap((item, index) => (index === 0 ? [item] : [Mapped.still(";", item.length === 0 ? 0 : item.from(0)), item])))
