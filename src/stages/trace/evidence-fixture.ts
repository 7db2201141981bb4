import { type GitOid, isGitOid } from "../../core/digest.ts"
import { inRows } from "../../io/commit-rows.ts"
import type { Signer } from "../../io/git-signatures.ts"
import type { Commit, RecordedHistory, Signature, Trailer } from "../../model/history.ts"
import type { Account, Opinion, Pull } from "../../model/pull.ts"
import type { Level } from "../../model/trace.ts"
import { type EvidenceInput, evidenceOf } from "./evidence.ts"
import { type Alias, identify } from "./identities.ts"

export const day = 86_400
export const letters = ["a", "b", "c", "d", "e"] as const
export const addressOf = (index: number): string => `${letters[index] ?? "z"}@x.org`
export const signatureOf = (name: string, address: string): Signature => ({ name, address, mapped: { name, address } })
/** For tests only: five people, a forge and a bot. */
export const signatures = [
  ...letters.map((letter, index) => signatureOf(letter.toUpperCase(), addressOf(index))),
  signatureOf("Forge", "noreply@forge.org"),
  signatureOf("x[bot]", "x[bot]@bots.org"),
]
export const [forge, bot] = [5, 6]

export function idOf(index: number): GitOid {
  const text = (index + 1).toString(16).padStart(40, "0")
  if (isGitOid(text)) return text
  throw new Error(text)
}

export type Made = Partial<Omit<Commit, "oid" | "parents">> & { readonly parents?: readonly number[] }

/** For tests only: oldest first, a line unless it says otherwise; each commit a year after the one before. */
export function historyOf(commits: readonly Made[], tips: readonly number[] = [commits.length - 1]): RecordedHistory {
  const all = commits.map(({ parents, ...own }, index): Commit => {
    const committed = (index + 1) * 365 * day
    const line = index === 0 ? [] : [index - 1]
    return {
      ...{ oid: idOf(index), author: 0, authored: committed, committer: 0, committed, subject: `${index}`, trailers: [], changes: [] },
      ...own,
      parents: (parents ?? line).map(idOf),
    }
  })
  const branches = tips.map((tip) => ({ name: `refs/heads/${tip}`, tip: idOf(tip) }))
  return { location: "made", signatures, commits: all.toReversed(), tags: [], branches, limits: [] }
}

export interface Given {
  readonly aliases?: readonly Alias[]
  /** Patches by commit. */
  readonly patches?: Readonly<Record<number, string>>
  /** Whose key verifies, by commit. */
  readonly keys?: Readonly<Record<number, readonly Signer[]>>
  /** Of forges. */
  readonly pulls?: readonly Pull[]
  readonly stepsMax?: number
}

export function inputOf(
  history: RecordedHistory,
  { aliases = [], patches = {}, keys, pulls, stepsMax = 10_000 }: Given = {},
): EvidenceInput {
  return {
    history,
    ...identify(inRows(history), aliases),
    patchIds: new Map(Object.entries(patches).map(([index, id]) => [idOf(Number(index)), id])),
    ...(pulls === undefined ? {} : { forges: { exports: { pulls, unmerged: 0 }, aliases, stepsMax } }),
    ...(keys === undefined
      ? {}
      : { verified: { signers: new Map(Object.entries(keys).map(([index, signers]) => [idOf(Number(index)), signers])), said: [] } }),
  }
}

export const levelsOf = (commits: readonly Made[], given?: Given, tips?: readonly number[]): readonly (Level | undefined)[] => {
  const { levelOf } = evidenceOf(inputOf(historyOf(commits, tips), given))
  return commits.map((_, index) => levelOf.get(idOf(index)))
}
export const by = (value: string, token = "Reviewed-by"): Trailer => ({ token, value })
export const keyOf = (index: number, name = "1"): Signer => ({ fingerprint: `${index}-${name}`, addresses: [addressOf(index)] })

/** An account whose login is a person's letter; it is nobody's until an address ties it to somebody. */
export const accountOf = (index: number, isBot = false): Account => ({ login: letters[index] ?? "z", forge: "forge.org", isBot })
export const tieOf = (index: number): Alias => [addressOf(index), `7+${letters[index]}@users.noreply.forge.org`]
export const approvalOf = (index: number, some: Partial<Opinion> = {}): Opinion => ({
  ...{ by: accountOf(index), isApproval: true, at: 1, commit: idOf(0) },
  ...some,
})

export interface MadePull extends Partial<Omit<Pull, "head" | "commits" | "results">> {
  readonly head?: number
  readonly commits?: readonly number[]
  readonly results?: readonly number[]
}

/** Merged at the time 10, of the first commit alone unless it says otherwise, by the second person. */
export function pullOf({ head = 0, commits = [head], results = [], ...some }: MadePull): Pull {
  return {
    ...{ address: `${head}`, author: accountOf(1), merged: 10, opinions: [], isCut: false, ...some },
    head: idOf(head),
    commits: commits.map(idOf),
    results: results.map(idOf),
  }
}
