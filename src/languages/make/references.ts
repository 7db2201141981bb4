import type { Mapped } from "../mapped.ts"

/** A reference to a variable or function (GNU make, 6.1), from its dollar sign. */
export interface Reference {
  readonly kind: "dollar" | "single" | "bracketed" | "open"
  readonly end: number
}

export function referenceAt(of: string, at: number): Reference {
  const open = of.charAt(at + 1)
  if (open === "$") return { kind: "dollar", end: at + 2 }
  if (open !== "(" && open !== "{") return open === "" ? { kind: "dollar", end: at + 1 } : { kind: "single", end: at + 2 }
  const close = open === "(" ? ")" : "}"
  let depth = 0
  for (let here = at + 1; here < of.length; here += 1) {
    const one = of.charAt(here)
    if (one === open) depth += 1
    else if (one === close && --depth === 0) return { kind: "bracketed", end: here + 1 }
  }
  return { kind: "open", end: of.length }
}

/** Arguments of a function: commas outside of brackets part them. At most `max`: the last takes the rest. */
export function argumentsOf(of: Mapped, max = Number.POSITIVE_INFINITY): readonly Mapped[] {
  const args: Mapped[] = []
  let [start, depth] = [0, 0]
  for (let at = 0; at < of.length; at += 1) {
    const one = of.text.charAt(at)
    if (one === "(" || one === "{") depth += 1
    else if (one === ")" || one === "}") depth -= 1
    else if (one === "," && depth <= 0 && args.length + 1 < max) {
      args.push(of.slice(start, at))
      start = at + 1
    }
  }
  return [...args, of.slice(start)]
}
