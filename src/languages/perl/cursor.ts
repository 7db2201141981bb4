import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import type { Lexed, Token } from "./lexer.ts"

/** A place among the tokens of a text, and what was not understood so far. */
export class Cursor {
  readonly #tokens: readonly Token[]
  readonly #depthMax: number
  readonly skipped: (Spanned & { readonly why: string })[]
  /** What `<DATA>` reads. */
  readonly data: string | undefined
  at = 0
  #depth = 0

  constructor({ tokens, skipped, data }: Lexed, depthMax: number) {
    this.#tokens = tokens
    this.skipped = [...skipped]
    this.data = data
    this.#depthMax = depthMax
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.at + ahead]
  }

  next(): Token | undefined {
    return this.#tokens[this.at++]
  }

  /** Whether the token there is this operator. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token?.kind === "operator" && token.text === text
  }

  isWord(text: string): boolean {
    const token = this.peek()
    return token?.kind === "word" && token.text === text
  }

  /** Takes the operator, if it is there. */
  take(text: string): boolean {
    const isThere = this.is(text)
    if (isThere) this.at++
    return isThere
  }

  /** Where what began at a token ends: behind the token before this place. */
  spanFrom(start: number): Spanned {
    const [first, last] = [this.#tokens[start], this.#tokens[Math.max(start, this.at - 1)]]
    return { start: first?.start ?? last?.end ?? 0, end: Math.max(first?.end ?? 0, last?.end ?? 0) }
  }

  skip(from: number, why: string): void {
    this.skipped.push({ ...this.spanFrom(from), why })
  }

  /** Goes behind what is between brackets, from the opening one. */
  passBrackets(): void {
    let depth = 0
    for (let token = this.next(); token !== undefined; token = this.next()) {
      if (token.kind !== "operator") continue
      if (/^[([{]$/.test(token.text)) depth++
      else if (/^[)\]}]$/.test(token.text) && --depth <= 0) return
    }
  }

  /** Reads something one level deeper; undefined, and past it, where that is too deep. */
  deeper<T>(read: () => T): T | undefined {
    if (this.#depth >= this.#depthMax) {
      const from = this.at
      if (this.is("(") || this.is("[") || this.is("{")) this.passBrackets()
      else this.at++
      this.skip(from, `more than ${this.#depthMax} levels`)
      return undefined
    }
    this.#depth++
    try {
      return read()
    } finally {
      this.#depth--
    }
  }
}

/** What the expressions of a text ask of its statements. */
export interface Parser {
  readonly cursor: Cursor
  /** The statements between braces, from the opening one on. */
  block(): readonly Statement[]
  /** A function, from behind its name on. */
  sub(from: number): Expression
  /** An expression of operators that bind at least so tightly. */
  expression(level: number): Expression | undefined
  /** What stands between commas; one is itself. */
  list(): Expression | undefined
  /** A text inside this one, as an expression: the right side of `s///e`. */
  inside(text: string, at: Spanned): Expression
}

/** How tightly operators bind (perlop): the words, commas, assignments, functions of one argument, and signs. */
export const levels = { low: 1, list: 5, assignment: 6, unary: 15, tight: 20 }
