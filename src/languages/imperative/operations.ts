import { unknown } from "../../model/code.ts"
import { oneNumber } from "./contents.ts"
import type { Evaluation } from "./evaluation.ts"
import type { Spanned } from "./ir.ts"
import type { Thing } from "./platform.ts"

/** Of two whole numbers of 32 bits, as all of the languages agree on them, and of those that they may disagree on none. */
const arithmetic: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ["+", (a, b) => a + b],
  ["-", (a, b) => a - b],
  ["*", (a, b) => a * b],
  ["/", (a, b) => a / b],
  ["%", (a, b) => a % b],
  ["^", (a, b) => a ^ b],
  ["|", (a, b) => a | b],
  ["&", (a, b) => a & b],
  ["<<", (a, b) => a << b],
  [">>", (a, b) => a >> b],
  [">>>", (a, b) => a >>> b],
])

/** Operators that characters are translated with, one by one. */
const translating: ReadonlySet<string> = new Set(["^", "-", "+", "|", "&", "%", "<<", ">>", ">>>", "~"])

export function operation(
  evaluation: Evaluation,
  { operator, ...spot }: Spanned & { readonly operator: string },
  of: readonly Thing[],
): Thing {
  const compute = arithmetic.get(operator)
  const [left, right] = of
  if (compute !== undefined && of.length > 1 && of.every((one) => one.kind === "numeral"))
    return { kind: "numeral", number: of.map((one) => one.number).reduce(compute) }
  if (operator === "-" && left?.kind === "numeral" && right === undefined) return { kind: "numeral", number: -left.number }
  evaluation.here = spot
  if (operator === "+" && !isSum(of)) return evaluation.joined(of)
  const flowing = of
    .map((one) => (one.kind === "numeral" ? unknown("a number") : evaluation.value(one)))
    .filter((one) => evaluation.flow.carries(one))
  if (flowing.length === 0) return unknown(operator)
  const whole = evaluation.flow.either(flowing)
  return translating.has(operator) || (arithmetic.has(operator) && isNumber(whole))
    ? evaluation.flow.step("translate", operator, whole, evaluation.at(spot))
    : unknown(operator)
}

/** A number and what was computed with numbers: nothing that is written behind a text. */
const isSum = (of: readonly Thing[]): boolean =>
  of.some((one) => one.kind === "numeral" || isNumber(one)) &&
  of.some((one) => one.kind === "step" && (arithmetic.has(one.tool) || one.tool === oneNumber)) &&
  of.every((one) => one.kind !== "text")

const isNumber = (one: Thing): boolean => one.kind === "step" && (one.tool === oneNumber || (arithmetic.has(one.tool) && isNumber(one.of)))
