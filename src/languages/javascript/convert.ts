import type { Expression, FunctionExpression, Statement } from "../imperative/ir.ts"
import { expressionOf } from "./expressions.ts"
import { assign, type Convert, either, name, spot, unknown } from "./make.ts"
import { original } from "./parse.ts"
import { patternOf } from "./patterns.ts"
import { statementsOf } from "./statements.ts"
import type { FunctionNode, MethodNode, StatementNode } from "./syntax.ts"

/** Where nesting was deeper than is converted. */
type Blinds = (start: number, end: number, why: string) => void

/** From the parser's tree to the small one. Bodies of functions are converted when the evaluator asks for them, so that the two trees never stand side by side. */
export function converter(depthMax: number, blind: Blinds): Convert {
  let depth = 0
  /** Names that change, for each loop that is being converted. */
  const loops: Set<string>[] = []

  const within = <T>(of: { readonly start?: number | null; readonly end?: number | null }, inner: () => T, otherwise: T): T => {
    if (depth >= depthMax) {
      blind(of.start ?? 0, of.end ?? 0, `nested deeper than ${depthMax}`)
      return otherwise
    }
    depth++
    const made = inner()
    depth--
    return made
  }

  const repeated = (of: StatementNode, body: () => readonly Statement[]): readonly Statement[] => {
    const changed = new Set<string>()
    loops.push(changed)
    const made = body()
    loops.pop()
    const around = loops.at(-1)
    for (const one of changed) around?.add(one)
    const other = [...changed].map((one) => assign(of, name(of, one), either(of, name(of, one), unknown(of, "it changes in a loop"))))
    return [...other, { kind: "maybe", bodies: [made], ...spot(of) }]
  }

  const convert: Convert = {
    expression: (of) => within<Expression>(of, () => expressionOf(convert, of), unknown(of, "nested too deep")),
    statements: (of) => {
      const [first] = of
      return first === undefined ? [] : within(first, () => statementsOf(convert, of, { of: repeated }), [])
    },
    body: (of) =>
      functionOf(convert, of, (inner) => {
        // A body is converted when it is looked at, somewhere else.
        const before = depth
        depth = 0
        const outer = loops.splice(0)
        const made = inner()
        loops.push(...outer)
        depth = before
        return made
      }),
    pattern: (to, of, declares) => patternOf(convert, to, of, declares),
    changes: (changed) => {
      loops.at(-1)?.add(original(changed))
    },
  }
  return convert
}

function functionOf(
  convert: Convert,
  of: FunctionNode | MethodNode,
  apart: (inner: () => readonly Statement[]) => readonly Statement[],
): FunctionExpression {
  const parameters = of.params.map((one, index) => {
    const inner = one.type === "AssignmentPattern" ? one.left : one.type === "RestElement" ? one.argument : one
    return inner.type === "Identifier" ? original(inner.name) : `#${index}`
  })
  const body = (): readonly Statement[] => {
    const given = of.params.flatMap((one, index) => {
      const own = parameters[index] ?? ""
      return one.type === "Identifier" || (one.type === "RestElement" && own !== `#${index}`)
        ? []
        : convert.pattern(one, name(one, own), true)
    })
    if (of.body.type === "BlockStatement") return [...given, ...convert.statements(of.body.body)]
    return [...given, { kind: "return", of: convert.expression(of.body), ...spot(of.body) }]
  }
  return {
    kind: "function",
    parameters,
    ...(of.params.at(-1)?.type === "RestElement" ? { takesRest: true } : {}),
    ...(of.type === "ArrowFunctionExpression" ? { isArrow: true } : {}),
    body: kept(() => apart(body)),
    ...spot(of),
  }
}

/** Made anew the first time, which for most functions is the only one; kept from the second. */
function kept<T>(make: () => T): () => T {
  let asked = 0
  let made: T | undefined
  return () => {
    asked++
    if (asked === 1) return make()
    made ??= make()
    return made
  }
}
