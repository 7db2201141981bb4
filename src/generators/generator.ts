import type { NotReplayed, Procedure } from "../model/replay.ts"
import type { Tree } from "../model/repository.ts"

/** Versions that a release states of the tools it was made with. Words only: they choose a toolchain, nothing is made from them. */
export interface Stated {
  /** `autoconf` -> `2.72`. */
  readonly versions: ReadonlyMap<string, string>
  /** Name of the distribution's source package, where the release was fetched as one. */
  readonly distributed: string | undefined
  /** The release's version. */
  readonly version: string | undefined
  /** It is a package of npm's kind. */
  readonly npm: boolean
  /** The name of a Python wheel, whose files stand where they are installed and not where the commit has them; undefined: it is none. */
  readonly wheel: string | undefined
}

/** The commit's files, keyed below the release's root; and from the repository's, where the release is made of a folder in it. */
export interface Place {
  readonly tree: Tree
  /** `folder`: "" or a directory with its slash. */
  readonly root: { readonly folder: string; readonly tree: Tree }
}

/** What a generator may decide by: the commit and the words of the release. */
export interface GeneratorFacts extends Place {
  /** A file of the commit as text; undefined when there is none, or it cannot be read. */
  text(path: string): Promise<string | undefined>
  readonly root: Place["root"] & { text(path: string): Promise<string | undefined> }
  readonly commit: string
  /** When it was made, in seconds since 1970, as it says itself. */
  readonly committed: number
  readonly stated: Stated
  /** Of the sandbox, as Node names it. */
  readonly architecture: string
}

/** A kind of tool that makes files of a release from the commit. */
export interface Generator {
  readonly name: string
  /** Whether a commit has anything for it: asked of every release, before anything is read. */
  applies(place: Place): boolean
  /** The ways to make this release again that are worth a run, or why it cannot be; none: nothing of its kind is in the tree. */
  plan(facts: GeneratorFacts): Promise<readonly (Procedure | NotReplayed)[]>
}
