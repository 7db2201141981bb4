import { type Act, type Blind, type Handing, type Place, text, unknown, type Value } from "../../model/code.ts"
import { Alike } from "../alike.ts"
import { argumentsIn } from "../arguments.ts"
import type { Analysed, Analysis, Source } from "../language.ts"
import { isOfParameter, settled } from "./acts.ts"
import { call, callMethod, given, summarise } from "./calls.ts"
import { Evaluation, type Frame, type Record, type Summary } from "./evaluation.ts"
import { exportsOf, type Shared } from "./exports.ts"
import { expression } from "./expressions.ts"
import type { FunctionExpression, Spanned, Statement } from "./ir.ts"
import { member, setMember, setName } from "./members.ts"
import { operation } from "./operations.ts"
import type { Platform, Thing } from "./platform.ts"
import { Scope } from "./scope.ts"
import { thrown } from "./things.ts"

/** What a program does: each of its functions is looked at, also those that nothing calls. */
export function evaluate(program: readonly Statement[], platform: Platform, source: Source, analysis: Analysis): Analysed {
  const evaluation = new Evaluation(platform, source, analysis)
  let depth = 0
  evaluation.expression = (of, frame) => {
    if (depth > analysis.limits.expressionDepthMax * 2) {
      evaluation.blind(evaluation.at(of), `nested deeper than ${analysis.limits.expressionDepthMax * 2}`)
      return unknown("nested too deep")
    }
    depth++
    const thing = expression(evaluation, of, frame)
    depth--
    return thing
  }
  evaluation.statements = (body, frame) => {
    for (const one of body) statement(evaluation, one, frame)
  }
  evaluation.call = (what, args, spot) => call(evaluation, what, given(args, spot))
  evaluation.callMethod = (of, name, args, spot) => callMethod(evaluation, of, name, given(args, spot))

  const main = evaluation.current
  const frame: Frame = { scope: new Scope<Thing>(undefined), self: undefined, returns: [], uncertain: 0 }
  for (const [name, value] of analysis.variables) frame.scope.names.set(name, value)
  const args = argumentsIn(analysis.variables)
  const { argv } = platform
  if (argv !== undefined && args.length > 0)
    for (const name of argv.names) evaluation.replaced.set(name, { kind: "items", items: [...argv.before.map(text), ...args] })
  /** What goes too deep for the engine's stack is said, and what comes after it is looked at all the same. */
  const bounded = (spot: Spanned, look: () => void): void => {
    try {
      look()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      depth = 0
      frame.uncertain = 0
      evaluation.stack.length = 0
      evaluation.current = main
      evaluation.blind(evaluation.at(spot), "nested too deep to be evaluated")
    }
  }
  for (const one of program) bounded(one, () => evaluation.statements([one], frame))
  const looked = new Map<FunctionExpression, Summary>()
  // A function that is looked at makes others.
  while (evaluation.pending.size > 0)
    for (const [of, closure] of [...evaluation.pending]) {
      evaluation.pending.delete(of)
      if (!evaluation.called.has(of)) bounded(of, () => looked.set(of, summarise(evaluation, closure)))
    }
  let shared: Shared = { exports: new Map(), acting: [] }
  bounded({ start: 0, end: source.text.length }, () => {
    shared = exportsOf(evaluation, frame.scope.names)
  })
  const { exports, acting } = shared
  const printed = evaluation.printed.length === 0 ? {} : { output: evaluation.flow.joined(evaluation.printed, source.place(0, 0)) }
  const entries = [...frame.scope.names].flatMap(([name, thing]) =>
    thing.kind === "closure" && platform.isEntry?.(name) === true ? [thing.of] : [],
  )
  return {
    ...gathered(evaluation, main, { looked, entries, acting }),
    ...(exports.size === 0 ? {} : { exports }),
    ...(evaluation.handings.length === 0 ? {} : { handings: once(evaluation.handings) }),
    ...printed,
  }
}

interface Looked {
  /** Functions for others that do something with what they are given. */
  readonly acting: readonly Summary[]
  readonly looked: ReadonlyMap<FunctionExpression, Summary>
  readonly entries: readonly FunctionExpression[]
}

/** What the program itself does, then what nothing calls, then what only such calls each other in circles. */
function gathered(evaluation: Evaluation, main: Record, { looked, entries, acting }: Looked): Analysed {
  const acts: Act[] = []
  const blind: Blind[] = []
  const taken = new Set<Record>()
  const reached = new Set<FunctionExpression>()
  const of = new Map([...evaluation.summaries].map(([closure, summary]) => [summary, closure.of]))
  const take = (one: Record, isCalled = false): void => {
    const waiting: Record[] = [one]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (taken.has(next)) continue
      taken.add(next)
      acts.push(...next.acts.map((act) => settled(act, isCalled)))
      blind.push(...next.blind)
      for (const followed of next.followed) reached.add(followed)
      for (const summary of next.uses) {
        const used = of.get(summary)
        if (used !== undefined) reached.add(used)
        waiting.push(summary)
      }
    }
  }
  take(main)
  for (const of of entries) {
    const summary = looked.get(of)
    if (summary !== undefined) take(summary)
  }
  for (const summary of looked.values()) take(summary, true)
  for (const [closure, summary] of evaluation.summaries) if (!reached.has(closure.of) && !looked.has(closure.of)) take(summary, true)
  const ofOthers = acting.flatMap((summary) => (taken.has(summary) ? [] : summary.acts.filter(isOfParameter)))
  return { acts: once(acts), ...(ofOthers.length === 0 ? {} : { ofOthers: once(ofOthers) }), blind: once(blind) }
}

/** Each different thing once, in the order of the text. */
function once<T extends Act | Blind | Handing>(of: readonly T[]): readonly T[] {
  const [alike, seen] = [new Alike(), new Map<number, T>()]
  for (const one of of) {
    const number = alike.numberOf(one)
    if (!seen.has(number)) seen.set(number, one)
  }
  return [...seen.values()].toSorted((a, b) => a.at.lines[0] - b.at.lines[0])
}

function statement(evaluation: Evaluation, of: Statement, frame: Frame): void {
  switch (of.kind) {
    case "do":
      evaluation.expression(of.of, frame)
      return
    case "return":
      frame.returns.push(evaluation.expression(of.of, frame))
      return
    case "maybe":
      frame.uncertain++
      for (const body of of.bodies) evaluation.statements(body, frame)
      frame.uncertain--
      return
    case "try": {
      const before = evaluation.current.acts.length
      evaluation.statements(of.body, frame)
      const asked = evaluation.current.acts.slice(before).flatMap((act) => (act.kind === "connects" ? [fetched(act.to, act.at)] : []))
      setName(evaluation, frame, of.thrown, asked.length === 0 ? unknown("an error") : thrown(evaluation.flow.either(asked)), true)
      frame.uncertain++
      evaluation.statements(of.handler, frame)
      frame.uncertain--
      return
    }
    case "import":
      imported(evaluation, of, frame)
      return
    case "assign":
      assign(evaluation, of, frame)
  }
}

const fetched = (from: Value, at: Place): Value => ({ kind: "fetched", from, at })

function imported(evaluation: Evaluation, of: Extract<Statement, { readonly kind: "import" }>, frame: Frame): void {
  const module = evaluation.expression(of.module, frame)
  evaluation.here = of
  const thing = loaded(evaluation, module, of)
  if (of.name !== undefined) setName(evaluation, frame, of.name, of.part === undefined ? thing : member(evaluation, thing, of.part), true)
}

function loaded(evaluation: Evaluation, module: Thing, spot: Spanned): Thing {
  if (evaluation.platform.calls.has("import")) return call(evaluation, { kind: "api", name: "import" }, given([module], spot))
  evaluation.act({ kind: "runs", as: "module", what: evaluation.value(module), at: evaluation.at(spot) })
  const name = evaluation.constant(module)
  return name === undefined ? unknown("a module") : evaluation.named(name)
}

function assign(
  evaluation: Evaluation,
  { to, of, adds, declares, ...spot }: Extract<Statement, { readonly kind: "assign" }>,
  frame: Frame,
): void {
  const after = evaluation.expression(of, frame)
  evaluation.here = spot
  const thing = adds === true ? operation(evaluation, { operator: "+", ...spot }, [evaluation.expression(to, frame), after]) : after
  if (to.kind === "name")
    setName(evaluation, frame, to.name, thing, declares === true || (declares === "new" && frame.scope.find(to.name) === undefined))
  else if (to.kind === "member") {
    const on = evaluation.expression(to.of, frame)
    const name = typeof to.name === "string" ? to.name : evaluation.constant(evaluation.expression(to.name, frame))
    setMember(evaluation, on, name, thing, spot)
    // Bytes are changed where they stand, and a text in the languages that have such: what it is called then holds either.
    if (on.kind === "text" && thing.kind === "step" && to.of.kind === "name")
      setName(evaluation, frame, to.of.name, evaluation.either([on, thing]), false)
  } else evaluation.expression(to, frame)
}
