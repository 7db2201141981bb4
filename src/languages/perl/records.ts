import type { Expression, Spanned } from "../imperative/ir.ts"
import { spanOf } from "../lowering.ts"

/** Names and values in turn. */
export function recordOf(items: readonly Expression[], at: Spanned): Expression {
  const fields = new Map<string, Expression>()
  const rest: Expression[] = []
  for (let index = 0; index < items.length; index += 2) {
    const [key, value] = [items[index], items[index + 1]]
    if (key?.kind === "text" && value !== undefined) fields.set(key.text, value)
    else rest.push(...[key, value].filter((one) => one !== undefined))
  }
  return { kind: "record", fields, rest, ...spanOf(at) }
}
