import type { GitOid } from "../core/digest.ts"

/** Somebody's account on a forge. Whose it is, an export does not say. */
export interface Account {
  readonly login: string
  /** The host of the forge, as the pull's address names it. */
  readonly forge: string
  readonly isBot: boolean
}

/** A review that says yes or no to a pull; mere comments are none. */
export interface Opinion {
  /** Undefined: the account is gone. */
  readonly by: Account | undefined
  /** Else changes are asked for, or the review was dismissed: what its author approved before is taken back. */
  readonly isApproval: boolean
  /** Milliseconds since 1970, by the forge's clock. */
  readonly at: number | undefined
  /** The last commit of the pull when the review was made. */
  readonly commit: GitOid | undefined
}

/** A merged pull request (merge request), as a forge's export states it. Nobody signed it. */
export interface Pull {
  readonly address: string
  readonly author: Account | undefined
  readonly merged: number
  /** Its last commit when it was merged. */
  readonly head: GitOid
  readonly commits: readonly GitOid[]
  /** What the forge made of it: a merge, one commit in place of all, or the last of those it made again. */
  readonly results: readonly GitOid[]
  readonly opinions: readonly Opinion[]
  /** The export has only a part of its commits or reviews. */
  readonly isCut: boolean
}

export interface ForgeExports {
  readonly pulls: readonly Pull[]
  /** Pulls that are open, or were closed without a merge by the forge. */
  readonly unmerged: number
}
