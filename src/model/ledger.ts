import type { Anomaly } from "../core/anomaly.ts"
import type { GitOid } from "../core/digest.ts"
import type { Entry, Layer } from "./artifact.ts"
import type { TreeEntry } from "./repository.ts"
import type { Acceptance } from "./review.ts"

export const kinds = ["source", "origin", "derived", "recipe", "review", "baseline", "unexplained", "undetermined"] as const
export type Kind = (typeof kinds)[number]

/** Where an entry sits decides how soon it is read: what runs by itself at install or build first, prose last. */
export const dangers = [
  "runs at install",
  "runs at build",
  "templates of the build",
  "scripts",
  "code",
  "opaque data",
  "settings and data",
  "others",
  "translations and prose",
] as const
export type Danger = (typeof dangers)[number]

/** The one text that an unexplained entry was compared with. */
export type Base = RepositoryBase | OriginBase | Concatenation | ReplayBase | RecipeBase

export interface RepositoryBase {
  readonly from: "repository" | "history" | "previous"
  readonly path: string
  readonly gitOid?: GitOid
  readonly commit?: GitOid
}

/** An edition that a known origin published. */
export interface OriginBase {
  readonly from: "origin"
  readonly origin: string
  readonly path: string
  readonly version: string
  readonly date: string
  readonly sha256: string
}

/** What a generator made again of the commit. Lines that differ between its two runs match nothing. */
export interface ReplayBase {
  readonly from: "replay"
  readonly path: string
  readonly generator: string
  readonly toolchain: string
  readonly sha256: string
}

/** What an ecosystem's packer would have written (`src/recipes`). */
export interface RecipeBase {
  readonly from: "recipe"
  readonly path: string
  readonly recipe: string
  readonly sha256: string
}

/** Paths that a recipe computed from: of the commit from the repository's root, of the release below its own; `*`: every other file. */
export interface RecipeInputs {
  readonly commit: readonly string[]
  readonly release: readonly string[]
}

/** What is by definition one file behind another (contract, Cover): the parts in their order. */
export interface Concatenation {
  readonly from: "concatenation"
  /** The parts' base names, for a reader. */
  readonly path: string
  readonly parts: readonly OriginBase[]
}

/** What separates an entry from its base besides lines. */
export type Difference = "moved" | "older" | "mode" | "content-and-mode" | "type"

export type Explanation =
  | {
      readonly kind: "source"
      /** Path in the repository (or the submodule), where the blob stands. */
      readonly path: string
      /** `bytes`: compared with the blob's bytes. `id`: the repository lacks the blob, its id in the tree matches. */
      readonly confirmed: "bytes" | "id"
      /** gitattributes that made the archive's bytes differ from the blob's. */
      readonly effects: readonly string[]
      readonly submodule?: { readonly path: string; readonly commit: GitOid }
    }
  | {
      readonly kind: "origin"
      readonly origin: string
      readonly path: string
      readonly version: string
      readonly date: string
      /** What the origin's date is not after. `unchecked`: the artifact has no date, so the origin could be the younger one. */
      readonly age: "commit" | "newest-entry" | "unchecked"
      /** The commit has other bytes at this path. */
      readonly replaces?: Base
    }
  | {
      readonly kind: "derived"
      readonly generator: string
      /** Below the release's root, as the generator wrote it. */
      readonly path: string
      readonly commands: string
      readonly toolchain: string
      /** Packages whose upstream original was laid over the distribution's patched files. */
      readonly originals: readonly string[]
      readonly tools: readonly { readonly tool: string; readonly version: string }[]
      /** What was left aside of lines that came out otherwise in its two runs, by name. */
      readonly normalised: readonly string[]
      /** The commit has other bytes at this path. */
      readonly replaces?: Base
    }
  /** The ecosystem's packer writes these very bytes by definition: computed, without a toolchain, from the commit and the release's other entries. */
  | {
      readonly kind: "recipe"
      /** Ecosystem and file: `wheel/RECORD`. */
      readonly recipe: string
      readonly from: RecipeInputs
      /** What was taken as the file itself states it, as it says nothing: an order without meaning, a tool's version. */
      readonly dropped: readonly string[]
      /** The commit has other bytes at this path. */
      readonly replaces?: Base
    }
  /** A person read it and signed for it; `instead` is what it is without that word. */
  | { readonly kind: "review"; readonly reviewer: string; readonly keyId: string; readonly signed: string; readonly instead: Explanation }
  | { readonly kind: "baseline"; readonly artifact: string; readonly path: string }
  | { readonly kind: "unexplained"; readonly base?: Base; readonly difference?: Difference; readonly why: string }
  | {
      readonly kind: "undetermined"
      readonly why: string
      readonly submodule?: { readonly path: string; readonly commit: GitOid }
      /** Origins that have it and count for nothing, in words; and what it was not compared with. */
      readonly known?: readonly string[]
    }

/** Lines [first, last], counted from 1, that nothing covers; `removed` lines of the base stood there. An empty run has last = first - 1. */
export interface LineRun {
  readonly first: number
  readonly last: number
  readonly removed: number
}

export interface ClaimedPart {
  readonly part: string
  readonly claimed: string
}

export interface LedgerEntry {
  readonly entry: Entry
  /** The first that holds, in the order of `kinds`. */
  readonly explanation: Explanation
  /** The others that hold too, in the same order. */
  readonly also?: readonly Explanation[]
  /** Against `--previous`, when given. */
  readonly previous?: "same" | "changed" | "new"
  /** Of the earlier release's commit a generator made it again, or more of it than of this one's. */
  readonly regressed?: true
  /** Lines of a text entry; counted for text that is not explained. */
  readonly lines?: number
  readonly unexplained?: readonly LineRun[]
  /** The first of the uncovered lines, for showing. */
  readonly shown?: readonly { readonly line: number; readonly text: string }[]
  /** The version that a text which nothing explains states of itself, where its name is one that states any. */
  readonly claimed?: string
  /** For a file that is put together from others: what its uncovered lines state of those, by the base name of each. */
  readonly claimedParts?: readonly ClaimedPart[]
  /** What a person still has to read of it (contract, `toRead`). */
  readonly toRead: number
  readonly danger: Danger
}

export interface Absent {
  readonly entry: TreeEntry
  /** Why the repository itself keeps it out, or undefined: the archive simply lacks it. */
  readonly why: string | undefined
}

export interface Ledger {
  readonly entries: readonly LedgerEntry[]
  readonly layers: readonly Layer[]
  readonly absent: readonly Absent[]
  readonly anomalies: readonly Anomaly[]
  /** Names of the known origins that may explain this artifact; undefined without an index of them. */
  readonly origins?: readonly string[]
  /** On whose word the previous release explains. */
  readonly accepted: Acceptance | undefined
  /** Entries of the previous release that this one lacks. */
  readonly gone: readonly string[]
  /** Whether the previous release was made again as well; undefined where nothing here could be less derived than it was. */
  readonly madeBefore?: MadeBefore
}

/** How many entries of the previous release were derived, or why nobody knows. */
export type MadeBefore = { readonly derived: number } | { readonly why: string }
