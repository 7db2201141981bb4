import type { Mapped } from "../mapped.ts"
import type { Token } from "./tokens.ts"

export type Expression = { readonly start: number; readonly stop: number } & (
  | { readonly kind: "text"; readonly of: Mapped; readonly isTemplate: boolean }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "record"; readonly fields: readonly (readonly [Expression, Expression])[] }
  | {
      readonly kind: "call"
      readonly of: Expression | undefined
      readonly name: string
      readonly args: readonly Expression[]
      readonly named: ReadonlyMap<string, Expression>
    }
  | { readonly kind: "at"; readonly of: Expression; readonly index: Expression }
  | { readonly kind: "operation"; readonly sign: string; readonly of: readonly Expression[] }
)

export type Statement = { readonly start: number; readonly stop: number } & (
  | { readonly kind: "do"; readonly of: Expression }
  | { readonly kind: "assign"; readonly name: string; readonly of: Expression; readonly adds: boolean }
  | {
      readonly kind: "if"
      readonly conditions: readonly Expression[]
      readonly bodies: readonly (readonly Statement[])[]
      readonly isWhole: boolean
    }
  | { readonly kind: "foreach"; readonly names: readonly string[]; readonly of: Expression; readonly body: readonly Statement[] }
)

/** Precedence of operators, the weakest first (Reference manual, "Grammar"). */
const levels: readonly (readonly string[])[] = [
  ["or"],
  ["and"],
  ["==", "!=", "<", ">", "<=", ">=", "in", "not in"],
  ["+", "-"],
  ["*", "/", "%"],
]

class Broken extends Error {}

/** Reads statements. A line that is none is given to `broken`, and passed over. */
export class Parser {
  readonly #tokens: readonly Token[]
  readonly #depthMax: number
  readonly #broken: (start: number, stop: number, why: string) => void
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], depthMax: number, broken: (start: number, stop: number, why: string) => void) {
    this.#tokens = tokens
    this.#depthMax = depthMax
    this.#broken = broken
  }

  statements(ends: readonly string[] = []): readonly Statement[] {
    const made: Statement[] = []
    while (this.#at < this.#tokens.length) {
      const token = this.#peek()
      if (token?.kind === "end") this.#at += 1
      else if (token?.kind === "name" && ends.includes(token.text)) break
      else made.push(...this.#line())
    }
    return made
  }

  #line(): readonly Statement[] {
    const first = this.#at
    const depth = this.#depth
    try {
      return [this.#statement()]
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      this.#depth = depth
      const start = this.#tokens[first]?.start ?? 0
      this.#at = Math.max(this.#at, first + 1)
      while (this.#at < this.#tokens.length && this.#peek()?.kind !== "end") this.#at += 1
      this.#broken(start, this.#tokens[this.#at - 1]?.stop ?? start + 1, error.message)
      return []
    }
  }

  #statement(): Statement {
    const token = this.#peek()
    const start = token?.start ?? 0
    if (this.#takes("if")) return this.#deeper(() => this.#if(start))
    if (this.#takes("foreach")) return this.#deeper(() => this.#forEach(start))
    const next = this.#tokens[this.#at + 1]
    if (token?.kind === "name" && next?.kind === "sign" && (next.text === "=" || next.text === "+=")) {
      this.#at += 2
      const of = this.#expression()
      this.#endOfLine()
      return { kind: "assign", name: token.text, of, adds: next.text === "+=", start, stop: of.stop }
    }
    const of = this.#expression()
    this.#endOfLine()
    return { kind: "do", of, start, stop: of.stop }
  }

  #endOfLine(): void {
    if (this.#peek() !== undefined && this.#peek()?.kind !== "end") throw new Broken("no statement of Meson")
  }

  #if(start: number): Statement {
    const conditions = [this.#expression()]
    const bodies = [this.statements(["elif", "else", "endif"])]
    let isWhole = false
    while (!this.#takes("endif") && this.#at < this.#tokens.length) {
      isWhole = this.#takes("else")
      if (!isWhole) {
        this.#at += 1
        conditions.push(this.#expression())
      }
      bodies.push(this.statements(["elif", "else", "endif"]))
    }
    return { kind: "if", conditions, bodies, isWhole, start, stop: this.#stop() }
  }

  #forEach(start: number): Statement {
    const names = [this.#name()]
    while (this.#takes(",")) names.push(this.#name())
    this.#expect(":")
    const of = this.#expression()
    const body = this.statements(["endforeach"])
    this.#takes("endforeach")
    return { kind: "foreach", names, of, body, start, stop: this.#stop() }
  }

  #expression(): Expression {
    return this.#deeper(() => {
      const of = this.#binary(0)
      if (!this.#takes("?")) return of
      const yes = this.#expression()
      this.#expect(":")
      const no = this.#expression()
      return { kind: "operation", sign: "?", of: [of, yes, no], start: of.start, stop: no.stop }
    })
  }

  #binary(level: number): Expression {
    const signs = levels[level]
    if (signs === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    // A long sum is one operation, so that nobody has to call himself for each part.
    let sum: Expression[] | undefined
    for (let links = 0; ; ) {
      const sign = signs.find((one) => (one === "not in" ? this.#isNotIn() : this.#is(one)))
      if (sign === undefined) return left
      this.#at += sign === "not in" ? 2 : 1
      const right = this.#binary(level + 1)
      if (sign === "+" && sum !== undefined) sum.push(right)
      else {
        if (++links > this.#depthMax) throw new Broken(`nests deeper than ${this.#depthMax}`)
        const of: Expression[] = [left, right]
        sum = sign === "+" ? of : undefined
        left = { kind: "operation", sign, of, start: left.start, stop: right.stop }
      }
    }
  }

  #unary(): Expression {
    const start = this.#peek()?.start ?? 0
    const sign = ["not", "-"].find((one) => this.#is(one))
    if (sign === undefined) return this.#postfix()
    this.#at += 1
    const of = this.#deeper(() => this.#unary())
    return { kind: "operation", sign, of: [of], start, stop: of.stop }
  }

  #postfix(): Expression {
    let of = this.#primary()
    for (let links = 0; ; links += 1) {
      if (links > this.#depthMax) throw new Broken(`nests deeper than ${this.#depthMax}`)
      const { start } = of
      if (this.#takes(".")) {
        const name = this.#name()
        this.#expect("(")
        of = { kind: "call", of, name, ...this.#args(), start, stop: this.#stop() }
      } else if (this.#takes("[")) {
        const index = this.#expression()
        this.#expect("]")
        of = { kind: "at", of, index, start, stop: this.#stop() }
      } else return of
    }
  }

  #primary(): Expression {
    const token = this.#peek()
    if (token === undefined) throw new Broken("an expression without an end")
    const { start, stop } = token
    this.#at += 1
    if (token.kind === "string" && token.of !== undefined)
      return { kind: "text", of: token.of, isTemplate: token.isTemplate === true, start, stop }
    if (token.kind === "number") return { kind: "word", text: token.text, start, stop }
    if (token.kind === "name") {
      if (token.text === "true" || token.text === "false") return { kind: "word", text: token.text, start, stop }
      if (this.#takes("(")) return { kind: "call", of: undefined, name: token.text, ...this.#args(), start, stop: this.#stop() }
      return { kind: "name", name: token.text, start, stop }
    }
    if (token.text === "(") {
      const of = this.#expression()
      this.#expect(")")
      return of
    }
    if (token.text === "[") return { kind: "list", items: this.#args("]").args, start, stop: this.#stop() }
    if (token.text === "{") return { kind: "record", fields: this.#fields(), start, stop: this.#stop() }
    throw new Broken("no expression of Meson")
  }

  /** Arguments up to a bracket that closes them, also those with a name. */
  #args(close = ")"): { readonly args: readonly Expression[]; readonly named: ReadonlyMap<string, Expression> } {
    const args: Expression[] = []
    const named = new Map<string, Expression>()
    while (!this.#takes(close)) {
      const first = this.#expression()
      if (this.#takes(":")) named.set(first.kind === "name" ? first.name : "", this.#expression())
      else args.push(first)
      if (!this.#takes(",") && !this.#is(close)) throw new Broken("arguments without an end")
    }
    return { args, named }
  }

  #fields(): readonly (readonly [Expression, Expression])[] {
    const fields: (readonly [Expression, Expression])[] = []
    while (!this.#takes("}")) {
      const key = this.#expression()
      this.#expect(":")
      fields.push([key, this.#expression()])
      if (!this.#takes(",") && !this.#is("}")) throw new Broken("a dictionary without an end")
    }
    return fields
  }

  #deeper<T>(read: () => T): T {
    if (this.#depth >= this.#depthMax) throw new Broken(`nests deeper than ${this.#depthMax}`)
    this.#depth += 1
    const made = read()
    this.#depth -= 1
    return made
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at]
  }

  #is(text: string): boolean {
    const token = this.#peek()
    return token !== undefined && token.kind !== "string" && token.text === text
  }

  #isNotIn(): boolean {
    const next = this.#tokens[this.#at + 1]
    return this.#is("not") && next?.kind === "name" && next.text === "in"
  }

  #takes(text: string): boolean {
    if (!this.#is(text)) return false
    this.#at += 1
    return true
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw new Broken(`no ${text} where one must stand`)
  }

  #name(): string {
    const token = this.#peek()
    if (token?.kind !== "name") throw new Broken("no name where one must stand")
    this.#at += 1
    return token.text
  }

  #stop(): number {
    return this.#tokens[this.#at - 1]?.stop ?? 0
  }
}
