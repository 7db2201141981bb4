import type { ByteSource } from "../core/bytes.ts"
import type { GitOid, Sha256 } from "../core/digest.ts"
import type { Encoding } from "../core/text.ts"

/** A tool as a release names it and as it was run. */
export interface ToolUse {
  readonly tool: string
  /** What the release says it was made with; undefined: it does not say. */
  readonly stated: string | undefined
  /** What was run; undefined: the toolchain lacks it. */
  readonly used: string | undefined
}

/** A package that a lock file or a table of ours names. It comes from the user's own registry for packages, and has to have this digest. */
export interface LockedPackage {
  /** A wheel, from the index that pip is configured for; undefined: of npm's kind. All of a procedure are of one kind. */
  readonly type?: "pypi"
  /** Where it is not at hand the procedure runs without it, and the toolchain's edition is used. */
  readonly optional?: true
  readonly name: string
  readonly version: string
  /** Subresource Integrity, as the lock file or a table of ours states it; undefined: neither vouches for its bytes, and what the registry promises counts. */
  readonly integrity: string | undefined
}

/** How a release is made again: what a generator asks the sandbox to do. Pure data; its digest and the toolchain's name the result. */
export interface Procedure {
  readonly generator: string
  /** Goes up when the same procedure would give other files than before. */
  readonly revision: number
  /** For a reader: the commands, joined. */
  readonly commands: string
  /** POSIX sh, run in `/build`. Reads `/input`, writes a tar archive to its standard output with paths below the release's root. */
  readonly script: string
  /** Name of the toolchain it runs in. */
  readonly toolchain: string
  /** Packages whose upstream original is laid over the distribution's patched files. */
  readonly originals: readonly string[]
  /** Other originals that the release may have been made with: run as well where one of these files was written and is not equal. */
  readonly otherwise?: Pick<Procedure, "originals" | "writes">
  /** The locale whose order of letters sorts names, such as `C.UTF-8`. */
  readonly collation: string
  /** Tools that decide what comes out, with what the release states of them. */
  readonly tools: readonly { readonly tool: string; readonly stated: string | undefined; readonly package: string }[]
  /** Fetched beforehand, and put beside the commit as `packages.json` and `packages/NAME@VERSION.tgz`, or `packages/NAME-VERSION.whl`. Nothing of them is run outside the sandbox. */
  readonly packages?: readonly LockedPackage[]
  /** The whole tree of the commit, where the release is made of a folder in it. */
  readonly whole?: true
  /** Its programs reserve far more address space than they use, as garbage collectors do; else that is counted. */
  readonly memory?: "managed"
  /** It reads the history of the commit. */
  readonly history: boolean
  /** Paths, below the release's root, that it would write: they stay undetermined while it is not run. */
  readonly writes: RegExp
}

/** A file that a generator wrote, twice. */
export interface ReplayedFile {
  /** Below the release's root. */
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  readonly size: number
  readonly sha256: Sha256
  readonly gitOid: GitOid
  readonly encoding: Encoding | undefined
  readonly content: ByteSource
  /**
   * Lines, counted from 0, that came out otherwise under another clock and locale. With the name of a normalisation they are equal under that; without, nothing
   * is equal to them. `all`: the other run wrote another file, or none.
   */
  readonly unstable: "all" | readonly { readonly line: number; readonly under: string | undefined }[]
}

/** What one procedure gave, run on the commit's tree and a toolchain alone: no file of the artifact is ever its input. */
export interface Replay {
  readonly generator: string
  readonly revision: number
  readonly commands: string
  readonly toolchain: { readonly name: string; readonly digest: string; readonly date: string }
  /** What held it, with its version. */
  readonly sandbox: string
  readonly originals: readonly string[]
  readonly collation: string
  readonly tools: readonly ToolUse[]
  /**
   * What it should have been made with and was not: files of the commit whose content the repository lacks, and packages that the registry no longer has, for which an
   * empty one stood in. What comes out equal without them needs them the less.
   */
  readonly without?: readonly string[] | undefined
  /** Packages of a registry that it was made with: how many, for how many of them the registry alone vouches, and a digest of their list. */
  readonly packages?: { readonly count: number; readonly undigested: number; readonly digest: string } | undefined
  /** Sources of the toolchain's packages: who audits one of them has no independent witness. */
  readonly sources: readonly string[]
  readonly steps: readonly { readonly step: string; readonly code: number }[]
  readonly files: ReadonlyMap<string, ReplayedFile>
}

/** A procedure that was not run, or whose result does not count. */
export interface NotReplayed {
  readonly generator: string
  readonly commands: string
  readonly why: string
  readonly writes: RegExp
}

export interface Replays {
  readonly done: readonly Replay[]
  readonly not: readonly NotReplayed[]
  /** One was begun and did not come to its end: next time it may. */
  readonly broken?: boolean
  close(): Promise<void>
}

/** `never`: it was not asked for, and nothing is undetermined for the lack of it. */
export const replayModes = ["auto", "never", "always"] as const
export type ReplayMode = (typeof replayModes)[number]
