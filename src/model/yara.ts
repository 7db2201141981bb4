import type { Sha256 } from "../core/digest.ts"

/** One file of YARA rules that the user names. Its rules are in a namespace of their own, which is its path. */
export interface YaraFile {
  readonly path: string
  readonly sha256: Sha256
  readonly text: string
}

/** A string of a rule where it was found: offsets, the end excluded. */
export interface YaraString {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** A rule that is true of some bytes. */
export interface YaraMatch {
  readonly rule: string
  /** The file that has it. */
  readonly file: string
  readonly tags: readonly string[]
  /** Its `meta: description`. */
  readonly description?: string
  /** The first places of its strings, by offset. */
  readonly strings: readonly YaraString[]
}

/** What a rule is true of: an entry, or content that is decoded of it. */
export interface YaraFound extends YaraMatch {
  readonly path: string
  /** The entry's. */
  readonly sha256: Sha256
  /** Of decoded content: where in the entry it stands, layer by layer. */
  readonly inside?: string
}

/** What the user's rules found in a release. */
export interface YaraScan {
  readonly engine: string
  readonly files: readonly Omit<YaraFile, "text">[]
  /** Contents that were scanned whole: entries, and what is decoded of them. */
  readonly scanned: number
  readonly found: readonly YaraFound[]
  /** What was not scanned, or not listed, how often, and why: the first of them. */
  readonly unscanned: { readonly count: number; readonly first: readonly { readonly path: string; readonly why: string }[] }
}
