import type { GitOid } from "../core/digest.ts"
import type { Entry } from "../model/artifact.ts"
import type { RecipeInputs } from "../model/ledger.ts"
import type { Tree } from "../model/repository.ts"

/** The release as a recipe sees it. Texts have a byte a character; what is not there, too long or no file is undefined. */
export interface ReleaseFacts {
  /** Of the file that it came as. */
  readonly name: string
  /** Of the registry that it came from. */
  readonly purl: string | undefined
  /** Its containers, outermost first: `gzip+tar`. */
  readonly format: string
  /** The leading directory that all entries share, with its slash, or "". */
  readonly root: string
  readonly version: string | undefined
  /** By path below the root. */
  readonly files: ReadonlyMap<string, Entry>
  text(path: string): Promise<string | undefined>
}

/** The commit that the release is explained from, below the subdirectory that it is made of. */
export interface CommitFacts {
  readonly id: GitOid
  readonly tree: Tree
  /** "" or a directory of the repository with its slash. */
  readonly folder: string
  /** Whether something stands in this folder, written with its slash. */
  hasFolder(path: string): boolean
  text(path: string): Promise<string | undefined>
  /** Where a symbolic link leads to. */
  link(path: string): Promise<string | undefined>
  /** The same commit below another folder, named from the repository's root; "" is the root. */
  at(folder: string): CommitFacts
}

export interface RecipeFacts {
  readonly release: ReleaseFacts
  readonly commit: CommitFacts
}

/** The file that is asked for: where it stands below the root, and what stands there. */
export interface Asked {
  readonly path: string
  readonly text: string
}

/** One text that the packer would have written. */
export interface Written {
  /** A byte a character. */
  readonly text: string
  /** Of the commit: below its folder, or with a leading slash from the repository's root. */
  readonly from: RecipeInputs
  /** What was taken as the file itself states it, in words; each taken word is of a closed form that says nothing. */
  readonly dropped?: readonly string[]
  /** Packers write plain files; what is copied keeps its mode. */
  readonly executable?: boolean
}

/**
 * A file that an ecosystem's packer writes by definition. The recipe computes the very text: equal bytes are explained, of any other the lines that differ stay to read.
 * It may look at the file to choose among spellings that mean the same, never to learn what it says. Pure: it reads through the facts alone.
 */
export interface Recipe {
  /** Ecosystem, which is the folder, and file. */
  readonly name: string
  /** Of which paths below the release's root. */
  readonly writes: RegExp
  /** It stands in a container inside the release (`outer!inner`), and only there. */
  readonly inside?: true
  /** Whether the release is of the kind whose packer writes it: a file of this name elsewhere is just a file. */
  of(release: ReleaseFacts): boolean
  /** The texts that it could be; none: nothing is known of the file. */
  write(asked: Asked, facts: RecipeFacts): Promise<readonly Written[]>
}
