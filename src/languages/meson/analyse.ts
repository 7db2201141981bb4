import { Gathered } from "../gathered.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { type Callable, Evaluator } from "./evaluator.ts"
import { functions, methodOfObject } from "./functions.ts"
import { methodOfMany, methodOfText } from "./methods.ts"
import { Parser } from "./parser.ts"
import { tokensOf } from "./tokens.ts"
import type { Thing } from "./values.ts"

const dispatch: Callable = (call, meson) => {
  const { on } = call
  if (on === undefined) {
    if (call.name !== "set_variable" && call.name !== "get_variable") return functions.get(call.name)?.(call, meson)
    const [name, value] = call.args
    if (name?.kind !== "text") return undefined
    if (call.name === "get_variable") return meson.get(name.of.text) ?? value
    if (value !== undefined) meson.set(name.of.text, value)
    return value
  }
  if (on.kind === "text") return methodOfText(on.of, call, meson)
  if (on.kind === "object") return methodOfObject(on, call, meson)
  return methodOfMany(on, call)
}

const known: ReadonlyMap<string, Thing> = new Map(
  ["meson", "build_machine", "host_machine", "target_machine"].map((name) => [name, { kind: "object", name, holds: Mapped.still("", 0) }]),
)

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const tokens = tokensOf(Mapped.whole(source.text), (start, stop) => found.giveUp(found.place(start, stop), "no token of Meson"))
  const parser = new Parser(tokens, analysis.limits.scriptDepthMax, (start, stop, why) => found.giveUp(found.place(start, stop), why))
  new Evaluator(found, dispatch, known).run(parser.statements())
  return found.done()
}
