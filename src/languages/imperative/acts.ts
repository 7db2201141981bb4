import type { Act, Value } from "../../model/code.ts"

/** What an act is of. */
export function valuesOf(act: Act): readonly Value[] {
  switch (act.kind) {
    case "runs":
      return [act.what, ...(act.with ?? []), ...(act.input === undefined ? [] : [act.input])]
    case "reads":
    case "deletes":
      return [act.path]
    case "writes":
      return [act.path, act.what]
    case "connects":
      return act.what === undefined ? [act.to] : [act.to, act.what]
    case "looks up":
      return [act.name]
    default:
      return [act.what]
  }
}

/** Whether a parameter of the function that acts is in what it does. */
export const isOfParameter = (act: Act): boolean => valuesOf(act).some(hasParameter)

function hasParameter(value: Value): boolean {
  if (value.kind === "joined") return value.parts.some(hasParameter)
  if (value.kind === "either") return value.of.some(hasParameter)
  return value.kind === "step" ? hasParameter(value.of) : value.kind === "unknown" && value.parameter !== undefined
}

/** What is sent of a parameter that nothing tells is nothing that one could follow. */
export function settled(act: Act, isCalled: boolean): Act {
  if (act.kind !== "connects" || act.what === undefined) return act
  const { what, ...others } = act
  return what.kind === "unknown" && what.parameter === undefined ? others : isCalled ? { ...act, isCalled } : act
}
