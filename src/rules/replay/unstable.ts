import { plural } from "../../core/count.ts"
import { belowRoot } from "../../core/path.ts"
import type { Finding } from "../../model/finding.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import type { Replay, ReplayedFile } from "../../model/replay.ts"
import type { Answer, Rule, Subject } from "../rule.ts"

/**
 * Did a file that nothing explains come out otherwise under another clock and language, beyond what a named normalisation takes away? Then no replay can vouch for
 * it, honest or not, and whoever reads it should know that this is why it is left.
 */
export const replayUnstable: Rule = {
  id: "replay/unstable",
  version: 2,
  question: "Is there an unexplained file that two runs of its generator write differently?",
  check: answer,
}

/** Files that are told one by one; the sentence counts all. */
const toldMax = 50

function answer({ artifact, ledger, replays = [] }: Subject): Answer {
  if (replays.length === 0) return { outcome: "not-applicable", why: "nothing was made again" }
  const unstable = ledger.entries.flatMap((item): readonly Told[] => {
    if (item.explanation.kind !== "unexplained") return []
    const path = belowRoot(item.entry.path, artifact.root)
    const told = replays.flatMap((replay) => {
      const file = replay.files.get(path)
      const lines = file === undefined ? 0 : looseLines(file)
      return file === undefined || lines === 0 ? [] : [{ item, replay, file, lines }]
    })
    return told.slice(0, 1) // a file is told once, however many replays write it
  })
  if (unstable.length === 0) return { outcome: "absent", why: "what is unexplained came out the same in both runs, or was not made again" }
  const why = `${plural(unstable.length, "unexplained file")} came out otherwise in the second run`
  return { outcome: "present", why, findings: unstable.slice(0, toldMax).map(found) }
}

interface Told {
  readonly item: LedgerEntry
  readonly replay: Replay
  readonly file: ReplayedFile
  readonly lines: number
}

/** Lines that no normalisation makes equal; of a file that the runs do not share, all. */
const looseLines = ({ unstable }: ReplayedFile): number =>
  unstable === "all" ? Number.POSITIVE_INFINITY : unstable.filter(({ under }) => under === undefined).length

function found({ item: { entry }, replay, file, lines }: Told): Omit<Finding, "rule" | "version"> {
  const how = Number.isFinite(lines) ? `differs in ${plural(lines, "line")}` : "is another file or none"
  return {
    severity: "note",
    message: `as ${replay.generator} made it again in ${replay.toolchain.name}, it ${how} under another clock and language`,
    at: { path: entry.path },
    evidence: [
      { what: "the file", where: entry.path, digest: `sha256:${entry.sha256}` },
      { what: "the first run's", where: replay.commands, digest: `sha256:${file.sha256}` },
    ],
  }
}
