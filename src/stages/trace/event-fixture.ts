import type { GitOid } from "../../core/digest.ts"
import { inRows } from "../../io/commit-rows.ts"
import { oid } from "../../io/git-fixture.ts"
import type { Commit, HistoryRows, RecordedHistory, Signature, Tag } from "../../model/history.ts"

/** A commit by made-up names; each stands on the row before it unless `parents` names rows. */
export interface Row {
  readonly by: string
  readonly to?: string
  /** A day or seconds, of the committer and, without `wrote`, of the author. */
  readonly at: string | number
  readonly wrote?: string | number
  readonly parents?: readonly number[]
  readonly paths?: readonly string[]
}

/** Of the commit of a row; light without a day. */
export interface TagRow {
  readonly of: number
  readonly by?: string
  readonly at?: string | number
  readonly isSigned?: boolean
}

export const idOf = (row: number): GitOid => oid((row + 1).toString(16).padStart(40, "0"))
const timeOf = (at: string | number): number => (typeof at === "number" ? at : Date.parse(`${at}T12:00:00Z`) / 1000)

/** The tags are `v0`, `v1`, ...; without `tips` the last row is the tip of the only branch. */
export function historyOf(
  rows: readonly Row[],
  tagRows: readonly TagRow[] = [],
  tips: readonly number[] = [rows.length - 1],
): RecordedHistory & HistoryRows {
  const names: string[] = []
  const signature = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.push(name) - 1)
  const commits = rows.map(
    ({ by, to = by, at, wrote = at, parents, paths = [] }, row): Commit => ({
      oid: idOf(row),
      parents: (parents ?? (row === 0 ? [] : [row - 1])).map(idOf),
      author: signature(by),
      authored: timeOf(wrote),
      committer: signature(to),
      committed: timeOf(at),
      subject: "",
      trailers: [],
      changes: paths.map((path) => ({ path, before: undefined, after: idOf(row) })),
    }),
  )
  const tags = tagRows.map(({ of, by, at, isSigned = true }, index): Tag => {
    const tag = { name: `v${index}`, commit: idOf(of) }
    if (by === undefined || at === undefined) return tag
    return { ...tag, annotated: { oid: idOf(rows.length + index), tagger: signature(by), tagged: timeOf(at), isSigned } }
  })
  return withRows({
    location: "",
    signatures: names.map(signatureOf),
    commits: commits.toReversed(),
    tags,
    branches: tips.map((row) => ({ name: `refs/heads/${row}`, tip: idOf(row) })),
    limits: [],
  })
}

/** With the rows of its own commits. */
export const withRows = (history: RecordedHistory): RecordedHistory & HistoryRows => ({ ...history, ...inRows(history) })

function signatureOf(name: string): Signature {
  const address = name === "forge" ? "noreply@forge.org" : `${name}@people.org`
  return { name, address, mapped: { name, address } }
}
