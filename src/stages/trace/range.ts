import { type GitOid, isGitOid } from "../../core/digest.ts"
import { FaultError } from "../../core/fault.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"

/** What is shown of a history: commits and, the last of them, the tip. */
export interface Range {
  readonly tip: GitOid | undefined
  /** What the tip is compared with. */
  readonly since?: GitOid
  has(commit: GitOid): boolean
}

/** HEAD, and a side that is left out. */
type Head = GitOid | undefined

/**
 * `A..B`: what B reaches and A does not (gitrevisions(7), "Dotted Range Notations"); `B` alone: all that it reaches. Names are those of tags and branches, or ids of
 * seven digits or more. Throws a FaultError for a name that is neither.
 */
export function rangeOf(history: RecordedHistory, text: string, head: Head): Range {
  const [from, to] = text.includes("..") ? text.split("..", 2).map((side) => side || "HEAD") : [undefined, text]
  const byOid = new Map(history.commits.map((commit) => [commit.oid, commit]))
  const named = (name: string): GitOid => (name === "HEAD" && head !== undefined ? head : commitNamed(history, byOid, name))
  const tip = named(to ?? "")
  const since = from === undefined ? undefined : named(from)
  const hidden = since === undefined ? new Set<GitOid>() : reached(byOid, since, new Set())
  const shown = reached(byOid, tip, hidden)
  return { tip, ...(since === undefined ? {} : { since }), has: (commit) => shown.has(commit) }
}

function commitNamed({ tags, branches }: RecordedHistory, byOid: ReadonlyMap<GitOid, Commit>, name: string): GitOid {
  const tag = tags.find((one) => one.name === name || `refs/tags/${one.name}` === name)
  const branch = branches.find((one) => [one.name, one.name.replace(/^refs\/(?:heads|remotes)\//, "")].includes(name))
  const isWhole = isGitOid(name) && byOid.has(name)
  const short = /^[0-9a-f]{7,}$/.test(name) && !isWhole ? [...byOid.keys()].filter((oid) => oid.startsWith(name)) : []
  // As git has it: a whole id is an id, whatever a tag is called.
  const found = isWhole ? name : (tag?.commit ?? branch?.tip ?? (short.length === 1 ? short[0] : undefined))
  if (found !== undefined) return found
  const why = `${JSON.stringify(name)} is ${short.length > 1 ? "the beginning of several commits" : "no tag, branch or commit of the repository"}`
  throw new FaultError({ kind: "usage", why, remedy: "name a range as A..B, with tags, branches or commits that branches or tags reach" })
}

function reached(byOid: ReadonlyMap<GitOid, Commit>, tip: GitOid, without: ReadonlySet<GitOid>): ReadonlySet<GitOid> {
  const seen = new Set<GitOid>()
  const next = [tip]
  for (let oid = next.pop(); oid !== undefined; oid = next.pop()) {
    if (seen.has(oid) || without.has(oid)) continue
    const commit = byOid.get(oid)
    if (commit === undefined) continue // behind where a shallow clone ends
    seen.add(oid)
    next.push(...commit.parents)
  }
  return seen
}
