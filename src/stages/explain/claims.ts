import { claimedVersion } from "../../core/claimed-version.ts"
import type { LedgerEntry, LineRun } from "../../model/ledger.ts"
import { isConcatenation } from "./concatenation.ts"

type Claims = Pick<LedgerEntry, "claimed" | "claimedParts">

/** The head of a macro file names it, and its licence stands between that and its serial: libtool.m4 has 33 lines there. */
const headLinesMax = 60
/** An aclocal.m4 has a few dozen parts. */
const partsMax = 100

/** What a text that nothing explains whole states of itself; for one that is put together from others, what its uncovered lines state of those. */
export function claimsOf(path: string, lines: readonly string[], uncovered: readonly LineRun[]): Claims {
  if (isConcatenation(path)) return partsClaimed(lines, uncovered)
  const claimed = claimedVersion(lines)
  return claimed === undefined ? {} : { claimed }
}

function partsClaimed(lines: readonly string[], uncovered: readonly LineRun[]): Claims {
  const claimedParts: { part: string; claimed: string }[] = []
  for (const { first, last } of uncovered) {
    for (let at = first - 1; at < last && claimedParts.length < partsMax; at += 1) {
      const claimed = claimedVersion(lines.slice(at, at + 1))
      const part = claimed === undefined ? undefined : partAt(lines, at)
      if (claimed !== undefined && part !== undefined) claimedParts.push({ part, claimed })
    }
  }
  return claimedParts.length === 0 ? {} : { claimedParts }
}

/** The macro file that a comment names here or, nearest first, above. */
function partAt(lines: readonly string[], at: number): string | undefined {
  for (let above = at; above >= Math.max(0, at - headLinesMax); above -= 1) {
    const named = /^(?:#|dnl)(?:.{0,80}?[\s[(])?([\w.+~-]{1,80}\.m4)\b/.exec((lines[above] ?? "").slice(0, 200))
    if (named !== null) return named[1]
  }
  return undefined
}
