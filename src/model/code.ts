/** Where in an entry: its path as stored, and lines counted from 1, both included. */
export interface Place {
  readonly path: string
  readonly lines: readonly [first: number, last: number]
}

/** What a step does to what goes through it. `program`: run through a program whose name the script does not state. */
export type Transform = "search" | "slice" | "translate" | "edit" | "decode" | "decompress" | "decrypt" | "program"

/**
 * What an expression of a script may hold when the script runs, as far as constants tell. Sizes and depths are bounded by `limits`; what goes beyond is `unknown`.
 */
export type Value =
  | { readonly kind: "text"; readonly text: string }
  /** One behind another. */
  | { readonly kind: "joined"; readonly parts: readonly Value[] }
  /** One of these, as branches, loops and several assignments leave it. */
  | { readonly kind: "either"; readonly of: readonly Value[] }
  /** The content of a file. */
  | { readonly kind: "file"; readonly path: Value; readonly at: Place }
  /** The names of files that a search gives: by what is in them, or by their names. */
  | { readonly kind: "names"; readonly search: Search; readonly at: Place }
  | { readonly kind: "step"; readonly how: Transform; readonly tool: string; readonly of: Value; readonly at: Place }
  /** `pin`: the digest or commit that it is refused without. */
  | { readonly kind: "fetched"; readonly from: Value; readonly at: Place; readonly pin?: string }
  /** `*`: a variable whose name is not known; `isWhole`: all of them. */
  | { readonly kind: "environment"; readonly name: string; readonly at: Place; readonly isWhole?: true }
  /** What another file of the release, by its path below the root, has under a name; with `args`: what that gives when it is called with them. */
  | { readonly kind: "export"; readonly module: string; readonly name: string; readonly args?: readonly Value[]; readonly at: Place }
  /** `variable`: what a configuration, in another file, sets. `parameter`: what a function of the script is called with. */
  | { readonly kind: "unknown"; readonly why: string; readonly variable?: string; readonly parameter?: Parameter }

/** Parameters of one function, by their places: whichever may be it. `of`: the number that the script's other facts know the function by. */
export interface Parameter {
  readonly of: number
  readonly indexes: readonly number[]
}

/** Tools of steps that read a number: it has digits alone until letters are made of it. */
export const numberReaders: ReadonlySet<string> = new Set(["Number", "parseInt", "Number.parseInt"])

export interface Search {
  readonly by: "content" | "name"
  /**
   * `fixed`: the very text; `basic`, `extended`: regular expressions of POSIX; `perl`: those of Perl; `glob`: the patterns of find(1); `expansion`: the same as a
   * shell expands them, which take no `._name` that a Macintosh left.
   */
  readonly syntax: "fixed" | "basic" | "extended" | "perl" | "glob" | "expansion"
  readonly ignoresCase: boolean
  readonly pattern: Value
  /** Files or folders that are searched; empty: the folder that the script runs in. */
  readonly within: readonly Value[]
}

/** What a script does to the world, if the line is reached. `runs` says what becomes program: the text of one, a program by name, a module or object that is loaded, an object that is linked, a source that is compiled, a module of WebAssembly, which reaches only what it is given, a script that a page loads from an address. */
export type Act = {
  readonly at: Place
  /** What a package manager calls the hook that runs this line: `postinstall` of npm, `%post` of rpm. Absent: it runs when its script does. */
  readonly hook?: string
  /** What whoever starts the script must ask for before it reaches this line: `make upload`, `-DBENCHMARKS`. Absent: it does so by itself. */
  readonly asked?: string
} & (
  | {
      readonly kind: "runs"
      readonly as: "text" | "program" | "module" | "object" | "source" | "wasm" | "script"
      readonly what: Value
      /** Of `text`: the interpreter's language, where it is known. */
      readonly language?: string
      /** Of `program`: its arguments, and what is written into it. */
      readonly with?: readonly Value[]
      readonly input?: Value
      /** Of `program`: it stands where a build has its compiler, linker or archiver; the variable, property or key that says so. */
      readonly standsFor?: string
    }
  | { readonly kind: "reads"; readonly path: Value }
  | { readonly kind: "writes"; readonly path: Value; readonly what: Value }
  | { readonly kind: "deletes"; readonly path: Value }
  /** `what`: what it sends of all that the script did not write itself. `isCalled`: in a function that the script itself calls nowhere. */
  | { readonly kind: "connects"; readonly to: Value; readonly what?: Value; readonly isCalled?: true }
  | { readonly kind: "looks up"; readonly name: Value }
  /** A function of the platform, by its full name, is the program's from then on, for everyone: `fetch`, `http.request`. */
  | { readonly kind: "replaces"; readonly name: string; readonly what: Value }
)

/** What was not analysed of a script, and why. Each is a capability of its own. */
export interface Blind {
  readonly at: Place
  readonly why: string
}

/** A small program that a build compiles, links or runs to learn something of the system: put together as the compiler gets it, where its text is constant. */
export interface Probe {
  readonly at: Place
  /** Of the program: `c`, `c++`, `fortran`. */
  readonly language: string
  readonly text: string
  /** It is only preprocessed: any words will do behind its directives. */
  readonly isPreprocessed?: true
  /** The macro that it is of takes arguments, and is given none: what is not there cannot be told from what was taken out. */
  readonly lacksArguments?: true
}

/** Variables of a configuration, and the programs that each is set to name; undefined: it is set to something else too. */
export type Assigned = ReadonlyMap<string, ReadonlySet<string> | undefined>
/** What is set in place of more variables than are kept: then nothing is known of any. */
export const tooMany = "*"

/** What a script has for others under a name: what it holds, or gives when it is called. `of`: the functions that it may be, whose parameters may stand in that. */
export interface Exported {
  readonly gives: Value
  readonly of?: readonly number[]
}

/** Something that flows is handed to a function of another file, by its name there, or to one of the script's own. */
export interface Handing {
  readonly at: Place
  readonly to: { readonly module: string; readonly name: string } | number
  readonly args: readonly Value[]
}

/** What a text in a programming language does. */
export interface Script {
  readonly path: string
  readonly language: string
  readonly acts: readonly Act[]
  readonly blind: readonly Blind[]
  readonly probes?: readonly Probe[]
  readonly assigned?: Assigned
  /** By name; of what is exported by `export * from`, which has no name, under `*` and a number. */
  readonly exports?: ReadonlyMap<string, Exported>
  readonly handings?: readonly Handing[]
  /** Acts of functions that others may call, in terms of parameters: the script itself calls them too, and its own acts say with what. */
  readonly ofOthers?: readonly Act[]
}

export const unknown = (why: string): Value => ({ kind: "unknown", why })
export const configured = (variable: string, why: string): Value => ({ kind: "unknown", why, variable })
export const text = (of: string): Value => ({ kind: "text", text: of })
