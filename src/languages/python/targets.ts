import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import { nameAt, spanOf } from "../lowering.ts"

type IsGlobal = (name: string) => boolean

/** What a target gets (The Python Language Reference, 7.2): a name is the function's own where that does not say that it is global, a list is taken apart. */
export function assignsOf(at: Spanned, to: Expression, of: Expression, isGlobal: IsGlobal): readonly Statement[] {
  if (to.kind !== "list") {
    return [{ kind: "assign", to, of, ...(to.kind === "name" && isGlobal(to.name) ? {} : { declares: true }), ...spanOf(at) }]
  }
  const whole = nameAt(to, `(value ${to.start})`)
  return [
    { kind: "assign", to: whole, of, declares: true, ...spanOf(at) },
    ...to.items.flatMap((item, index) => {
      const name: Expression = { kind: "number", number: index, ...spanOf(item) }
      // What a star takes is any of it.
      return item.kind === "spread"
        ? assignsOf(item, item.of, whole, isGlobal)
        : assignsOf(item, item, { kind: "member", of: whole, name, ...spanOf(item) }, isGlobal)
    }),
  ]
}
