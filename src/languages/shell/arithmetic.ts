import type { ArithmeticCommandExpansion, ArithmeticExpression, WordPart } from "unbash"
import type { Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import { constantOf } from "./builder.ts"
import type { Machine } from "./machine.ts"

/** What arithmetic is evaluated with: commands in it run. */
export interface Scope {
  readonly machine: Machine
  command(of: ArithmeticCommandExpansion): Value
  parts(of: readonly WordPart[]): Value
}

/** `$((...))` (POSIX XCU 2.6.4): its value where all of it is constant. Assignments in it change variables. */
export function arithmetic(expression: ArithmeticExpression | undefined, scope: Scope): Value {
  const number = expression === undefined ? 0n : evaluate(expression, scope)
  return number === undefined ? unknown("a number") : text(String(number))
}

type Numbers = (left: bigint, right: bigint) => bigint | undefined

const truth = (of: boolean): bigint => (of ? 1n : 0n)

const operators: ReadonlyMap<string, Numbers> = new Map<string, Numbers>([
  ["+", (a, b) => a + b],
  ["-", (a, b) => a - b],
  ["*", (a, b) => a * b],
  ["/", (a, b) => (b === 0n ? undefined : a / b)],
  ["%", (a, b) => (b === 0n ? undefined : a % b)],
  ["**", (a, b) => (b < 0n || b > 64n ? undefined : a ** b)],
  ["<<", (a, b) => (b < 0n || b > 63n ? undefined : a << b)],
  [">>", (a, b) => (b < 0n || b > 63n ? undefined : a >> b)],
  ["&", (a, b) => a & b],
  ["|", (a, b) => a | b],
  ["^", (a, b) => a ^ b],
  ["<", (a, b) => truth(a < b)],
  [">", (a, b) => truth(a > b)],
  ["<=", (a, b) => truth(a <= b)],
  [">=", (a, b) => truth(a >= b)],
  ["==", (a, b) => truth(a === b)],
  ["!=", (a, b) => truth(a !== b)],
  ["&&", (a, b) => truth(a !== 0n && b !== 0n)],
  ["||", (a, b) => truth(a !== 0n || b !== 0n)],
  [",", (_, b) => b],
])

function evaluate(of: ArithmeticExpression, scope: Scope): bigint | undefined {
  switch (of.type) {
    case "ArithmeticWord":
      return of.parts === undefined ? wordNumber(of.value, scope.machine, 0) : numberOf(scope.parts(of.parts), scope.machine)
    case "ArithmeticCommandExpansion":
      return numberOf(scope.command(of), scope.machine)
    case "ArithmeticGroup":
      return evaluate(of.expression, scope)
    case "ArithmeticTernary": {
      const [test, yes, no] = [of.test, of.consequent, of.alternate].map((one) => evaluate(one, scope))
      return test === undefined ? undefined : test !== 0n ? yes : no
    }
    case "ArithmeticUnary":
      return unary(of, scope)
    case "ArithmeticBinary": {
      if (of.operator === "=" || /^(?:[-+*/%&|^]|<<|>>)=$/.test(of.operator)) return assign(of, scope)
      const [left, right] = [evaluate(of.left, scope), evaluate(of.right, scope)]
      return left === undefined || right === undefined ? undefined : whole(operators.get(of.operator)?.(left, right))
    }
  }
}

function numberOf(value: Value, machine: Machine): bigint | undefined {
  const constant = constantOf(value)
  return constant === undefined ? undefined : wordNumber(constant, machine, 0)
}

/** As the 64 bits of intmax_t. */
const whole = (of: bigint | undefined): bigint | undefined => (of === undefined ? undefined : BigInt.asIntN(64, of))

function unary(of: ArithmeticExpression & { readonly type: "ArithmeticUnary" }, scope: Scope): bigint | undefined {
  const operand = evaluate(of.operand, scope)
  if (of.operator === "++" || of.operator === "--") {
    const changed = operand === undefined ? undefined : operand + (of.operator === "++" ? 1n : -1n)
    if (of.operand.type === "ArithmeticWord") store(of.operand.value, changed, scope.machine)
    return of.prefix ? changed : operand
  }
  if (operand === undefined) return undefined
  if (of.operator === "-") return -operand
  return of.operator === "~" ? ~operand : of.operator === "!" ? truth(operand === 0n) : operand
}

function assign(of: ArithmeticExpression & { readonly type: "ArithmeticBinary" }, scope: Scope): bigint | undefined {
  const right = evaluate(of.right, scope)
  const sign = of.operator.slice(0, -1)
  const left = sign === "" ? undefined : evaluate(of.left, scope)
  const result = sign === "" ? right : left === undefined || right === undefined ? undefined : whole(operators.get(sign)?.(left, right))
  if (of.left.type === "ArithmeticWord") store(of.left.value, result, scope.machine)
  return result
}

function store(name: string, number: bigint | undefined, machine: Machine): void {
  if (/^[A-Za-z_]\w*$/.test(name)) machine.variables.set(name, { value: number === undefined ? unknown("a number") : text(String(number)) })
}

function wordNumber(word: string, machine: Machine, depth: number): bigint | undefined {
  const trimmed = word.trim()
  if (/^\d{1,24}$/.test(trimmed))
    return whole(trimmed.startsWith("0") && /^0[0-7]+$/.test(trimmed) ? BigInt(`0o${trimmed.slice(1)}`) : BigInt(trimmed))
  if (/^0[xX][0-9a-fA-F]{1,16}$/.test(trimmed)) return whole(BigInt(trimmed))
  const based = /^(\d{1,2})#([0-9a-zA-Z]{1,16})$/.exec(trimmed)
  if (based !== null) {
    const number = Number.parseInt(based[2] ?? "", Number(based[1]))
    return Number.isSafeInteger(number) ? BigInt(number) : undefined
  }
  const name = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(trimmed)?.[1]
  const variable = name === undefined ? undefined : machine.variables.get(name)
  const constant = variable === undefined ? undefined : constantOf(variable.value)
  return constant === undefined || depth > 8 ? undefined : constant === "" ? 0n : wordNumber(constant, machine, depth + 1)
}
