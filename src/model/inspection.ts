import type { Act, Blind, Place, Probe, Script, Search, Transform, Value } from "./code.ts"
import type { Opaques } from "./opaque.ts"

/** When a script runs by itself, or on the word of a package manager or builder; the first that holds. `request`: only where somebody asks for that very thing. */
export const moments = ["install", "start", "build", "import", "test", "request"] as const
export type Moment = (typeof moments)[number]

/** A script together with when it runs; undefined: nothing that was looked at runs it. */
export interface Inspected extends Script {
  readonly runs: Moment | undefined
  /** It runs by its name or place alone: nothing else of the release has to start it. */
  readonly runsItself: boolean
}

/** What a search of a script finds among the entries of the release. */
export interface Evaluated {
  readonly search: Search
  readonly at: Place
  /** Paths of entries, in their order. Undefined: it could not be evaluated. */
  readonly matches: readonly string[] | undefined
  readonly why: string
}

/** One thing that is done to content on its way, in the order in which it is done. */
export interface FlowStep {
  readonly at: Place
  readonly how: Transform | "read" | "found" | "written" | "named" | "fetched" | "given" | "handed"
  /** What does it, in the script's own words. */
  readonly what: string
  /** Of `handed`: others call the function too, which is looked at for all of them at once. */
  readonly ofMany?: true
}

/** How many functions of many callers content comes through. */
export function handsOf(steps: readonly FlowStep[]): number {
  let hands = 0
  for (const { ofMany } of steps) if (ofMany === true) hands += 1
  return hands
}

/** Where content comes from: an entry's content, its mere name, a literal of a script that was decoded, the network. */
export type FlowSource =
  | { readonly kind: "content" | "name"; readonly path: string }
  /** `numbers`: a list of numbers below that of the blank, of which none is a letter; `orderly`: one that says less than a program takes. */
  | { readonly kind: "literal"; readonly at: Place; readonly bytes: number; readonly numbers?: "low" | "orderly" }
  | { readonly kind: "network"; readonly from: Value; readonly pin?: string }

export type Running = Extract<Act, { readonly kind: "runs" }>

/** Content that becomes program, from where it lies to where it runs. */
export interface Flow {
  readonly from: FlowSource
  readonly steps: readonly FlowStep[]
  /** It becomes a part of the program, with other text around it. */
  readonly isPart: boolean
  readonly to: Running
  /** When the script runs in which it becomes program. */
  readonly runs: Moment | undefined
}

export type Connecting = Extract<Act, { readonly kind: "connects" }>

/** What nobody should see: a variable of the environment by its name, all of it, a file, what a command prints, what a cloud gives a machine of its own. `own`: it came from there. */
export interface Secret {
  readonly kind: "variable" | "environment" | "file" | "printed" | "fetched"
  readonly what: string
  readonly at: Place
  readonly isOwn?: true
}

/** A secret that is sent, from where it lies to where it leaves. */
export interface Leak {
  readonly secret: Secret
  readonly steps: readonly FlowStep[]
  readonly to: Connecting
  readonly runs: Moment | undefined
}

/** Something in a text that its reader does not see, or sees as something else. */
export interface Oddity {
  readonly kind: "bidi" | "invisible" | "lookalike" | "pushed right" | "long line" | "split name"
  readonly at: Place
  /** What stands there, in words and code points. */
  readonly what: string
  /** Of `invisible`: how many in a row; of `pushed right`: blanks; of `long line`: bytes; of `lookalike`: 1 where the text also has the word that it looks like. */
  readonly count: number
  /** It stands in a text that a minifier wrote. */
  readonly isUnread?: true
}

/** A probe as a compiler sees it. `fault`: what no compiler can accept, and a few characters from where it stands on; `isMissing`: it lacks a sign, as text does that is quoted otherwise than a front end thinks, or that is meant not to compile. `unread`: why nobody can tell. */
export interface CheckedProbe {
  readonly probe: Probe
  /** Of the script in which it stands. */
  readonly language: string
  readonly fault?: { readonly why: string; readonly text: string; readonly isMissing: boolean }
  readonly unread?: string
}

/** What the texts of a release can do, one by one. */
export interface Survey {
  readonly scripts: readonly Inspected[]
  /** When a line of a script runs: its hook says more than its script. */
  momentOf(act: Act, script: Inspected): Moment | undefined
  /** What its opaque entries are; undefined: they were not looked into. */
  readonly opaques?: Opaques
}

/** What the entries of a release do, as far as their texts tell. */
export interface Inspection extends Survey {
  /** Which line starts which entry: runs it, loads it, compiles it or gives it to an interpreter. */
  readonly starts: readonly { readonly at: Place; readonly to: string }[]
  /** Names of hooks (`Act.hook`) that run when a package is installed or removed, an interpreter starts, or an editor opens a folder. */
  readonly hooks: ReadonlySet<string>
  readonly flows: readonly Flow[]
  readonly leaks: readonly Leak[]
  readonly searches: readonly Evaluated[]
  readonly probes: readonly CheckedProbe[]
  /** Of texts in a language. */
  readonly oddities: readonly Oddity[]
  /** What of scripts, or of this inspection, was given up, and why. */
  readonly blind: readonly Blind[]
  /** Texts that no language claims. */
  readonly others: number
  /** Paths of opaque entries that are read as texts all the same, for want of a NUL and of many control characters. */
  readonly readable: ReadonlySet<string>
}

/** Lines of a text that an earlier one had otherwise, comments left out: [first, first + added.length) of the release, and what stood there. */
export interface ChangedLines {
  readonly first: number
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/**
 * A text that the release changes: against the commit that it is made of, or the nearest where its name says another (what is built may stand there in an older
 * form), else against the release before it.
 */
export interface ChangedText {
  readonly path: string
  readonly language: string
  readonly against: "commit" | "nearest" | "previous"
  readonly lines: readonly ChangedLines[]
}

/** What the texts of a release change against earlier ones, as far as those are at hand. */
export interface Changes {
  readonly texts: readonly ChangedText[]
  /** Below their root: what only the release before has. */
  readonly gone: readonly string[]
  readonly blind: readonly Blind[]
  readonly hasPrevious: boolean
}
