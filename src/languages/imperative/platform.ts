import type { Limits } from "../../core/limits.ts"
import type { Act, Place, Transform, Value } from "../../model/code.ts"
import type { FilePaths } from "../language.ts"
import type { FunctionExpression } from "./ir.ts"
import type { Scope } from "./scope.ts"

/**
 * What a name or an expression holds while a program is evaluated: content that flows (a `Value`), or something that content can flow through.
 */
export type Thing = Value | Api | Instance | Items | Closure | Sink | Numeral | Some

/** A function, class or module of the platform, by the full name that its table has it under: `child_process.exec`; `fs.*` is one whose name is computed. */
export interface Api {
  readonly kind: "api"
  readonly name: string
  /** Of a module that is a file of the release: what its members hold as content. */
  readonly content?: Value
  /** Nothing here gives the name: it may be one of those that a file has that is taken in. */
  readonly isTaken?: true
}

/** An object: a record of the program (`type` is empty), or one that the platform made. Its fields may be changed. */
export interface Instance {
  readonly kind: "instance"
  /** Its methods are in the table as `type.method`. */
  readonly type: string
  readonly fields: Map<string, Thing>
  /** What it gives when it is read, sent or decoded as a whole. */
  holds: Value | undefined
}

export interface Items {
  readonly kind: "items"
  readonly items: Thing[]
  /** Their order changed in a way that is not followed. */
  isShuffled?: true
}

/** A function of the program, with the names around it. */
export interface Closure {
  readonly kind: "closure"
  readonly of: FunctionExpression
  readonly scope: Scope<Thing>
  readonly fields: Map<string, Thing>
}

/** What content is written or piped into: a file that is written, a decompressor, the input of a process. It gives what comes out. */
export interface Sink {
  readonly kind: "sink"
  take(content: Value, at: Place): Thing
}

export interface Numeral {
  readonly kind: "numeral"
  readonly number: number
}

/** One of these. */
export interface Some {
  readonly kind: "some"
  readonly of: readonly Thing[]
}

export interface Call {
  /** As the program reached it: `fs.readFile`; of a method of something unknown, the method. */
  readonly name: string
  readonly at: Place
  /** Characters of the call. */
  readonly start: number
  readonly end: number
  /** What the method is called on. */
  readonly of: Thing
  readonly args: readonly Thing[]
  readonly named: ReadonlyMap<string, Thing>
  readonly world: World
}

/** What a row of a table may ask of the evaluator. */
export interface World {
  readonly limits: Limits
  act(act: Act): void
  blind(at: Place, why: string): void
  /** What flows out of a thing that is used as content. */
  value(thing: Thing | undefined): Value
  /** The same of what names something: the text, where steps that make it are computed. */
  path(thing: Thing | undefined): Value
  /** The text that constants say, also through steps that could be computed. */
  constant(thing: Thing | undefined): string | undefined
  /** A step over what flows in: where nothing does, it is unknown. `constant`: what it gives, where all of its input is constant. */
  step(how: Transform, tool: string, of: Thing, at: Place, constant?: string): Value
  joined(parts: readonly Thing[]): Value
  either(of: readonly Thing[]): Thing
  /** An item of a list, where it is not known which. */
  anyOf(items: Items): Thing
  /** Calls a function of the program or of the platform; each of `some`. */
  invoke(what: Thing, args: readonly Thing[], call: Pick<Call, "start" | "end">): Thing
  /** Calls a method of a thing, as the program would. */
  method(of: Thing, name: string, args: readonly Thing[], call: Pick<Call, "start" | "end">): Thing
  /** Whether no more steps may be taken: rows that would look at many things look at one that stands for them. */
  readonly isExhausted: boolean
  /** All names of another file of the release, by a path that ends in its own, are names here. */
  takesAll(path: string): void
  /** What the program prints. */
  prints(what: Thing): void
  /** Gives a platform's function, by its full name, another meaning from here on. */
  replaces(name: string, what: Thing, at: Place): void
  /** The act of running text, and what the text does where it is known. */
  runsText(what: Thing, language: string, call: Pick<Call, "at" | "start" | "end">, given?: TextGiven): void
}

/** What a text that runs finds: what is written into it, and the arguments that its interpreter was started with for it. */
export interface TextGiven {
  readonly input?: Thing
  readonly args?: readonly Thing[]
}

/** Something of another file of the release: the path below the root, and the name there, empty of all of it. */
export interface Exported {
  readonly module: string
  readonly name: string
}

/** What a call does. undefined: what is not known of it is kept, as of an unknown function: what flows in flows out. */
export type Row = (call: Call) => Thing | undefined

/** What a language's programs find around them. */
export interface Platform {
  /** The name by which `inner` knows the language. */
  readonly language: string
  /** By full name: `fs.readFile`, `subprocess.run`, and of instances `type.method`; `new X` before `X` of a call that makes an object, `set type.field` of an assignment, `set function.field` where it is to a function of the program. `import`: what a module of that name is here; without the row, the thing of the module's name. */
  readonly calls: ReadonlyMap<string, Row>
  /** By the name of the method, of whatever it is called on, where `calls` has no row. */
  readonly methods: ReadonlyMap<string, Row>
  /** The one name of what has several: `node:fs.x` is `fs.x`, `globalThis.x` is `x`. */
  canonical(name: string): string
  /** Whether the members of a thing are variables of the environment: `process.env`. */
  isEnvironment(name: string): boolean
  /** Whether a method that no row has is one that secrets go through, so that it matters who puts another in its place. */
  isTrusted?(name: string): boolean
  /** What a member of a thing of the platform holds, where it is no function: `process.argv`. undefined: the thing of that name. */
  member?(name: string, at: Place): Thing | undefined
  /** Where a program finds its arguments, and what stands before the first of them: `sys.argv`, behind `-c`. */
  readonly argv?: { readonly names: readonly string[]; readonly before: readonly string[] }
  /** Functions of a program that others call by their names, without whoever imports it doing so. */
  isEntry?(name: string): boolean
  /** The file of the release that a thing is of by its full name, and what the file has it under; `path`: of the script that says so. */
  exported?(name: string, path: string, files: FilePaths): Exported | undefined
  /** What a program, with the names of its outermost scope, has for others, by name. */
  exports?(names: ReadonlyMap<string, Thing>): Iterable<readonly [name: string, thing: Thing]>
  /** A member that things have of themselves: `constructor`. undefined: none of that name. */
  inherited?(of: Thing, name: string): Thing | undefined
}
