import type { GitOid } from "../core/digest.ts"
import type { Namer, Repeats, Siblings, Structure } from "./inside.ts"
import type { Tool } from "./tool.ts"

/** Index into `people` of a trace. */
export type PersonId = number

/** Why two signatures are taken for one person's. Equal display names alone are never a reason. */
export interface Union {
  readonly address: string
  readonly name: string
  /** `mailmap`: the repository's own file says so; `address`: the same address but for case and what a forge puts around it; `alias`: a file of the user's. */
  readonly by: "mailmap" | "address" | "alias"
}

/** Days, UTC. */
export interface Span {
  readonly first: string
  readonly last: string
}

export interface Person {
  readonly name: string
  readonly address: string
  /** Of whoever is no person by name or address: a bot, or a forge that commits what somebody clicked. */
  readonly kind: "person" | "bot" | "forge"
  readonly unions: readonly Union[]
  /** Without merges. */
  readonly authored: number
  readonly committed: number
  /** Of the author dates of what is `authored`; undefined of whoever wrote nothing. */
  readonly span?: Span
}

/** The 365 days before `end` (a day, UTC, exclusive), by committer date, without merges and bots. */
export interface Window {
  readonly end: string
  readonly commits: number
  /** How few people made 50 % and 80 % of the commits (contributor absence factor). */
  readonly absence50: number
  readonly absence80: number
  /** Those of `absence50`, the largest first, a hundred at most. */
  readonly holders: readonly { readonly person: PersonId; readonly commits: number }[]
  /** Who made most of the last five tags before `end`; undefined with no tag, or when nobody made most. */
  readonly releaseHolder?: PersonId
}

export const eventKinds = [
  "first-patch",
  "first-push",
  "first-merge-for-others",
  "first-tag",
  "new-release-signer",
  "release-holder-changed",
  "holder-changed",
  "newcomer-share",
  "security-policy-changed",
  "continuous-integration-changed",
  "fuzzing-changed",
  "contact-changed",
  "homepage-changed",
  "maintainers-changed",
  "ignore-file-changed",
  "commit-time-regression",
  "tag-lag",
] as const
export type EventKind = (typeof eventKinds)[number]

/** Something dateable that changed who may do what. No score, no judgement: most of them are a blessing. */
export interface RightsEvent {
  readonly kind: EventKind
  /** `2023-03-18`, UTC. */
  readonly day: string
  /** Whom it is about; undefined where it is about nobody. */
  readonly person?: PersonId
  readonly commit?: GitOid
  readonly tag?: string
  /** A sentence for a person to read, without names of people. */
  readonly detail: string
}

/** How ordinary each kind is across honest repositories, which are named: counts of events and of the repositories that have one, and of all people in them. */
export interface OrdinaryRates {
  readonly repositories: readonly string[]
  readonly people: number
  readonly kinds: { readonly [K in EventKind]: { readonly repositories: number; readonly events: number } }
}

/** Highest evidence that a second person looked (levels 0 to 4 of docs/trace.md). */
export type Level = 0 | 1 | 2 | 3 | 4

export interface Evidence {
  /** Commits without merges of each level. */
  readonly levels: { readonly [L in Level]: number }
  /** Commits that are the same change as one on another branch: they count as that one does. */
  readonly twins: number
  readonly authors: readonly AuthorEvidence[]
  /** Undefined: no export of a forge was given. */
  readonly reviews?: Reviews
  /** What was not looked at: signatures without keys, a forge's reviews. */
  readonly notAssessed: readonly string[]
}

/** What exports of forges state of who approved what. Nobody signed it: it raises no level, and stands beside them. */
export interface Reviews {
  /** Merged ones, of all exports. */
  readonly pulls: number
  /** Of one account for one pull each, which stood when it was merged, and of something that the history has. */
  readonly approvals: number
  /** Those that approved what is shown; `person` where the address that the forge gives the account is one person's. */
  readonly accounts: readonly { readonly login: string; readonly forge: string; readonly person?: PersonId }[]
  /** Commits that another account than their author's approved, by their level. */
  readonly commits: { readonly [L in Level]: number }
  /** Of those, what only accounts approved that are tied to nobody. */
  readonly untied: { readonly [L in Level]: number }
  readonly authors: readonly {
    readonly person: PersonId
    readonly commits: number
    /** By the index of an account, the most frequent first; `isIndependent` only where it is tied to a person. */
    readonly approvers: readonly {
      readonly account: number
      readonly commits: number
      readonly isIndependent?: boolean
      readonly why?: string
    }[]
  }[]
  /** By commit id. */
  readonly approved: readonly { readonly commit: GitOid; readonly accounts: readonly number[] }[]
}

export interface AuthorEvidence {
  readonly person: PersonId
  readonly commits: number
  /** Of level 2 and above. */
  readonly seconded: number
  /** Those who stand behind them, the most frequent first; `isIndependent` as docs/trace.md has it. */
  readonly seconds: readonly {
    readonly person: PersonId
    readonly commits: number
    readonly isIndependent: boolean
    readonly why?: string
  }[]
}

/** A file that is no text, with all that its history says. */
export interface OpaqueFile {
  readonly path: string
  readonly oid: GitOid
  readonly size: number
  /** Bits a byte, 0 to 8. */
  readonly entropy: number
  readonly format?: string
  /** Undefined: alone. */
  readonly siblings?: Siblings
  /** Undefined: not looked into, as `limits` say. */
  readonly repeats?: Repeats
  /** Undefined: the same, or of no format that a parser knows. */
  readonly structure?: Structure
  /** Oldest first. */
  readonly versions: readonly OpaqueVersion[]
  /** Text files of the tree that name it: builds and tests first. */
  readonly namedBy: readonly Namer[]
}

export interface OpaqueVersion {
  readonly commit: GitOid
  /** Where the file stood then, if elsewhere. */
  readonly path?: string
  readonly day: string
  readonly author: PersonId
  readonly committer: PersonId
  readonly level: Level
  /** Other paths in the same commit. */
  readonly beside: number
  readonly besideOpaque: number
  /** Text files of the same commit that name it, as they were then: what could be its recipe is among them. */
  readonly namedBeside: readonly Namer[]
  /** Days to the next tag that holds it. */
  readonly daysToTag?: number
}

/** People behind a commit who cannot be told to be one: its author, and those who stand behind it and are independent. 3: three or more. */
export type HandCount = 1 | 2 | 3

/** A sum, divided twice: each has the whole. */
export interface Divided {
  readonly levels: { readonly [L in Level]: number }
  readonly hands: { readonly [H in HandCount]: number }
}

/** What of lines, of their bytes and of opaque files is known to be a commit's. */
export interface HandTotals {
  readonly lines: Divided
  /** Of these lines, with their ends. */
  readonly bytes: Divided
  readonly opaqueBytes: Divided
  /** Of one hand: by the author, the most bytes first. */
  readonly singleHanded: readonly {
    readonly person: PersonId
    readonly lines: number
    readonly bytes: number
    readonly opaqueBytes: number
  }[]
}

/** A commit as the one that brought something. */
export interface Hand {
  readonly commit: GitOid
  readonly day: string
  readonly author: PersonId
  readonly committer: PersonId
  readonly level: Level
  readonly hands: HandCount
}

/** A file of the tree, or of the release what the commit has of it. */
export interface HandledFile {
  readonly path: string
  /** The first commit that gave the path a content, also under an earlier name; undefined where only a merge did, or none that was read. */
  readonly introduced?: Hand
  /** The commit that gave it the content it has. */
  readonly changed?: Hand
  /** The earlier release has the same, and nothing of it is counted. */
  readonly isOlder?: true
  /** Of an opaque file. */
  readonly opaqueBytes?: number
  /** Lines by level, of a text that was blamed; newer ones alone, where an earlier release is given. */
  readonly lines?: { readonly [L in Level]: number }
  /** The newer lines themselves, first and last, where an earlier release is given. */
  readonly newer?: readonly (Hand & { readonly first: number; readonly last: number })[]
}

/** Lines and bytes of a tree by who last changed them. */
export interface Hands {
  readonly commit: GitOid
  /** Of an earlier release: only what is newer is counted. */
  readonly since?: GitOid
  readonly all: HandTotals
  /** Of what builds and installs alone. */
  readonly build: HandTotals
  /** What the earlier release has too comes last; else the least evidence behind the last change first, then the newest. */
  readonly files: readonly HandledFile[]
  readonly notAssessed: readonly string[]
}

export interface TracedRelease {
  readonly target: string
  readonly sha256: string
  readonly commit: GitOid
  readonly entries: number
  /** Entries that the commit has, byte for byte; of all others git cannot say who made them. */
  readonly fromCommit: number
  /** What keeps files of the release out of the repository; the newest first. */
  readonly ignored: readonly IgnoredFiles[]
}

/** An entry of an ignore file that matches files which the release has and the commit lacks. Most are ordinary: what a build makes is ignored, and shipped. */
export interface IgnoredFiles {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly pattern: string
  /** The commit that the line is of. */
  readonly added?: Hand
  /** The first hundred of them, from the repository's root. */
  readonly ships: readonly string[]
  readonly shipped: number
}

/** `everybyte.trace/1`: who put it there, who else looked, how rights changed hands. Facts of public history, as its commits state them. */
export interface Trace {
  readonly schema: "everybyte.trace/1"
  readonly tool: Tool
  readonly repository: {
    readonly location: string
    readonly branches: number
    readonly tags: number
    readonly commits: number
    readonly merges: number
    /** Of all committer dates; undefined where there is no commit. */
    readonly span?: Span
  }
  /** Whose files `opaque` and `hands` are of: those that are the commit's own. */
  readonly release?: TracedRelease
  /** What is shown of windows and events; all of the history is read in any case. */
  readonly range?: string
  readonly people: readonly Person[]
  readonly windows: readonly Window[]
  readonly events: readonly RightsEvent[]
  /** Of each kind, how many there are in all of this history: how ordinary one is here. */
  readonly baseRates: { readonly [K in EventKind]?: { readonly events: number; readonly people: number } }
  /** The same across honest repositories. */
  readonly elsewhere: OrdinaryRates
  readonly evidence: Evidence
  readonly ownCommits: readonly { readonly end: string; readonly commits: number; readonly own: number }[] // of each window
  readonly opaque?: readonly OpaqueFile[]
  readonly hands?: Hands
  /** What could not be read or was not looked at. */
  readonly limits: readonly string[]
}
