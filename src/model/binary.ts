/** What a linked or linkable file says that it does when it is loaded. Facts of its tables and of its code, without a word on what they mean. */

/** What is met when code is followed from one place through direct calls, jumps and branches. */
export interface Reach {
  /** Symbols of other objects that are called or jumped to. */
  readonly imports: readonly string[]
  readonly systemCalls: number
  /** Calls and jumps whose aim only the running program knows. */
  readonly unknown: number
  readonly instructions: number
  /** False: a maximum ended it, or bytes that are no instruction. */
  readonly isWhole: boolean
}

/** A place of code that something else than the code itself names. */
export interface Start {
  /** Of a symbol that stands there. */
  readonly name?: string
  readonly address: number
  /** Undefined: no disassembler for the machine is used. */
  readonly reach?: Reach
}

/** `symbol`: of type STT_GNU_IFUNC; `relocation`: named by an IRELATIVE relocation alone. */
export interface Resolver extends Start {
  readonly by: "symbol" | "relocation"
}

export interface Constructor extends Start {
  readonly from: "preinit" | "init" | "init-array" | "fini" | "fini-array"
}

export interface Import {
  readonly name: string
  readonly version?: string
  /** Of the version: the library that it is looked for in. */
  readonly library?: string
  readonly isWeak: boolean
}

/** Of the dynamic linker's audit interface (rtld-audit(7)). */
export interface AuditFacts {
  readonly exports: readonly string[]
  readonly imports: readonly string[]
  readonly strings: readonly string[]
  /** DT_AUDIT and DT_DEPAUDIT. */
  readonly libraries: readonly string[]
}

/** Relocations of one kind of oddity: how many, and the first of them in a sentence. */
export interface OddRelocations {
  readonly kind:
    | "in-code"
    | "text-relocations-allowed"
    | "outside"
    | "twice"
    | "slot-outside-got"
    | "resolver-outside-code"
    | "copy-in-library"
    | "relative-count"
  readonly count: number
  readonly first: string
}

export interface BinaryFacts {
  /** In a static library. */
  readonly member?: string
  readonly kind: "object" | "executable" | "library" | "core" | "other"
  readonly machine: string
  readonly soname?: string
  /** NT_GNU_BUILD_ID, in hex. */
  readonly buildId?: string
  readonly needed: readonly string[]
  readonly runPaths: readonly string[]
  /** Source files by the word of its symbol table (STT_FILE). */
  readonly sources: readonly string[]
  readonly resolvers: readonly Resolver[]
  readonly constructors: readonly Constructor[]
  readonly audit: AuditFacts
  /** Segments, or sections of an object, that may be written and run. */
  readonly writableExecutable: readonly string[]
  /** `unsaid`: the machine's default, which is executable on x86. */
  readonly stack: "executable" | "plain" | "unsaid"
  readonly imports: readonly Import[]
  /** Functions and data that others may bind to. */
  readonly exports: readonly string[]
  readonly relocations: readonly OddRelocations[]
  /** What was not looked at, in sentences. */
  readonly limits: readonly string[]
}
