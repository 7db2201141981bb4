/** Where in the text: characters [start, end). The evaluator asks the source for the place, and only where something happens. */
export interface Spanned {
  readonly start: number
  readonly end: number
}

/** What the front ends of JavaScript, Python, Ruby, Rust and Perl make of their syntax trees: little, as the evaluator asks for little. */
export type Expression = Spanned &
  (
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "number"; readonly number: number }
    /** What no assignment of the program gives is the platform's thing of that name: `eval`, `open`, `process`. */
    | {
        readonly kind: "name"
        readonly name: string
        /** A method of that name is called by it. */
        readonly calls?: true
      }
    | { readonly kind: "member"; readonly of: Expression; readonly name: string | Expression }
    /** `makes`: of an object (`new`). */
    | {
        readonly kind: "call"
        readonly callee: Expression
        readonly args: readonly Expression[]
        readonly named?: ReadonlyMap<string, Expression>
        readonly makes?: true
      }
    /** A template, an implicit concatenation. */
    | { readonly kind: "joined"; readonly parts: readonly Expression[] }
    /** Arithmetic, and `+` where it may also be a concatenation; of comparisons and the like only what flows in is kept. */
    | { readonly kind: "operation"; readonly operator: string; readonly of: readonly Expression[] }
    | { readonly kind: "either"; readonly of: readonly Expression[] }
    | { readonly kind: "list"; readonly items: readonly Expression[] }
    /** `rest`: other records that are spread into it, and values whose key is computed. */
    | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Expression>; readonly rest?: readonly Expression[] }
    /** Of a list or of arguments: its items. */
    | { readonly kind: "spread"; readonly of: Expression }
    | FunctionExpression
    /** Statements in an expression, and its value after them: `(a = b, c)`, `:=`. */
    | { readonly kind: "after"; readonly body: readonly Statement[]; readonly of: Expression }
    /** Text of a shell, as backquotes of Ruby and Perl hold it. */
    | { readonly kind: "shell"; readonly of: Expression }
    /** What the evaluator need not know; what stands in it is evaluated, and flows through. */
    | { readonly kind: "unknown"; readonly why: string; readonly of: readonly Expression[] }
  )

/** `parameters`: by name, in order; the last takes all further arguments where `takesRest`. `body` is asked for when the function is looked at. */
export type FunctionExpression = Spanned & {
  readonly kind: "function"
  readonly parameters: readonly string[]
  readonly takesRest?: true
  /** Defined as a method, whose name alone calls it. */
  readonly isMethod?: true
  /** `this` is that of the function around it. */
  readonly isArrow?: true
  body(): readonly Statement[]
}

/** Functions that may be called above the line where they are written stand first in their body. */
export type Statement = Spanned &
  (
    | { readonly kind: "do"; readonly of: Expression }
    /** `adds`: what was there stays before it (`+=`). `declares`: the name is one of the function that the statement stands in, also where one around it has the same; `new`: unless one around it has. */
    | {
        readonly kind: "assign"
        readonly to: Expression
        readonly of: Expression
        readonly adds?: true
        readonly declares?: true | "new"
      }
    /** `name`: what the module is called here; `part`: the one thing of it that is taken. */
    | { readonly kind: "import"; readonly module: Expression; readonly name?: string; readonly part?: string }
    | { readonly kind: "return"; readonly of: Expression }
    /** `thrown`: the name that the handler, which may run or not, has what was thrown under. */
    | { readonly kind: "try"; readonly body: readonly Statement[]; readonly thrown: string; readonly handler: readonly Statement[] }
    /** Bodies of which each may run or not: branches, loops, handlers. */
    | { readonly kind: "maybe"; readonly bodies: readonly (readonly Statement[])[] }
  )
