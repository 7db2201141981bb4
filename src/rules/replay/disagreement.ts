import { plural } from "../../core/count.ts"
import { withOriginals } from "../../core/edition.ts"
import { belowRoot } from "../../core/path.ts"
import type { Finding } from "../../model/finding.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import type { Replay, ReplayedFile } from "../../model/replay.ts"
import type { Answer, Rule, Subject } from "../rule.ts"

/**
 * Did two replays write the same file differently, each the same in both its runs? One of them explains it, so it counts as derived; that another tool or edition
 * makes something else of the same commit is worth knowing.
 */
export const replayDisagreement: Rule = {
  id: "replay/disagreement",
  version: 2,
  question: "Is there a file that two replays of the same commit write differently?",
  check: answer,
}

/** Files that are told one by one; the sentence counts all. */
const toldMax = 50

function answer({ artifact, ledger, replays = [] }: Subject): Answer {
  if (replays.length < 2) return { outcome: "not-applicable", why: `${plural(replays.length, "replay")}, and it takes two to disagree` }
  const told = ledger.entries.flatMap((item): readonly Told[] => {
    const path = belowRoot(item.entry.path, artifact.root)
    const made = replays.flatMap((replay) => {
      const file = replay.files.get(path)
      return file === undefined || file.unstable.length > 0 ? [] : [{ replay, file }]
    })
    return new Set(made.map(({ file }) => file.sha256)).size > 1 ? [{ item, made }] : []
  })
  if (told.length === 0) return { outcome: "absent", why: "what more than one replay wrote is the same" }
  const why = `${plural(told.length, "file")} that replays write differently`
  return { outcome: "present", why, findings: told.slice(0, toldMax).map(found) }
}

interface Told {
  readonly item: LedgerEntry
  readonly made: readonly { readonly replay: Replay; readonly file: ReplayedFile }[]
}

function found({ item: { entry, explanation }, made }: Told): Omit<Finding, "rule" | "version"> {
  const ways = made.map(({ replay: { generator, toolchain, originals }, file }) => {
    const same = file.sha256 === entry.sha256 ? ", as the release has it" : ""
    return `${generator} in ${toolchain.name}${withOriginals(originals)}${same}`
  })
  return {
    severity: "note",
    message: `replays write it differently (${ways.join("; ")}); the release's is ${explanation.kind}`,
    at: { path: entry.path },
    evidence: [
      { what: "the file", where: entry.path, digest: `sha256:${entry.sha256}` },
      ...made.map(({ replay, file }) => ({ what: "a replay's", where: replay.commands, digest: `sha256:${file.sha256}` })),
    ],
  }
}
