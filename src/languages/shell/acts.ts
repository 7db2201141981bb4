import type { Act, Value } from "../../model/code.ts"
import { same, sameAll } from "./builder.ts"

/** An act without its place. */
export type Done = Act extends infer A ? (A extends Act ? Omit<A, "at"> : never) : never

/** Whether two acts do the same, wherever they stand. */
export function sameAct(first: Done, second: Done): boolean {
  if (first.kind === "runs") {
    if (second.kind !== "runs" || first.as !== second.as || first.language !== second.language || !same(first.what, second.what))
      return false
    const [one, other] = [
      [...(first.with ?? []), ...(first.input === undefined ? [] : [first.input])],
      [...(second.with ?? []), ...(second.input === undefined ? [] : [second.input])],
    ]
    return sameAll(one, other)
  }
  if (first.kind === "writes") return second.kind === "writes" && same(first.path, second.path) && same(first.what, second.what)
  if (first.kind === "connects") return second.kind === "connects" && same(first.to, second.to) && sameAll(sentBy(first), sentBy(second))
  if (first.kind === "looks up") return second.kind === "looks up" && same(first.name, second.name)
  if (first.kind === "replaces") return second.kind === "replaces" && first.name === second.name
  return first.kind === second.kind && same(first.path, second.path)
}

const sentBy = ({ what }: { readonly what?: Value }): readonly Value[] => (what === undefined ? [] : [what])
