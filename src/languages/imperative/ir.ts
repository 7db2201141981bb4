import type { Place } from "../../model/code.ts"

/** What the front ends of JavaScript, Python, Ruby, Rust and Perl make of their syntax trees: little, as the evaluator asks for little. */
export type Expression = { readonly at: Place } & (
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string | Expression }
  | {
      readonly kind: "call"
      readonly callee: Expression
      readonly args: readonly Expression[]
      readonly named: ReadonlyMap<string, Expression>
    }
  /** A template, a sum of strings, an implicit concatenation. */
  | { readonly kind: "joined"; readonly parts: readonly Expression[] }
  | { readonly kind: "either"; readonly of: readonly Expression[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Expression> }
  | { readonly kind: "function"; readonly parameters: readonly string[]; readonly body: readonly Statement[] }
  /** Text of a shell, as backquotes of Ruby and Perl hold it. */
  | { readonly kind: "shell"; readonly of: Expression }
  | { readonly kind: "unknown"; readonly why: string; readonly of: readonly Expression[] }
)

export type Statement = { readonly at: Place } & (
  | { readonly kind: "do"; readonly of: Expression }
  /** `adds`: what was there stays before it (`+=`). */
  | { readonly kind: "assign"; readonly to: Expression; readonly of: Expression; readonly adds: boolean }
  /** `name`: what the module is called here; `part`: the one thing of it that is taken. */
  | { readonly kind: "import"; readonly module: Expression; readonly name: string; readonly part?: string }
  | { readonly kind: "return"; readonly of: Expression }
  /** Bodies of which each may run or not: branches, loops, handlers. */
  | { readonly kind: "maybe"; readonly bodies: readonly (readonly Statement[])[] }
)
