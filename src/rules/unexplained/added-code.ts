import { plural } from "../../core/count.ts"
import type { Capability } from "../../model/capability.ts"
import type { Finding } from "../../model/finding.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import { meets } from "../capabilities.ts"
import { entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"
import { hasCommit, type NewAct, newActs, ofCommit } from "../unexplained-acts.ts"

/**
 * Builds write files that a commit lacks, and much of what is published was built. What no build of the commit would reach is another matter: a file that nothing explains,
 * started by a line that the commit's own file lacks, or by a hook that it lacks.
 */
export const unexplainedAddedCode: Rule<InspectedSubject> = {
  id: "unexplained/added-code",
  version: 2,
  question: "Is there code that the commit lacks, which a line that the commit lacks starts, and which does something?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  if (!hasCommit(subject)) return { outcome: "not-assessed", why: "there was no commit to compare with" }
  const reached = startedByNewLines(subject)
  const acts = newActs(subject).filter(({ does, isOfCommit }) => does !== undefined && !isOfCommit)
  const found = [...Map.groupBy(acts, ({ item }) => item.entry.path)].filter(([path]) => reached.has(path))
  if (found.length === 0) return { outcome: "absent", why: `${plural(reached.size, "file")} started by lines that the commit lacks` }
  return {
    outcome: "present",
    why: `${plural(found.length, "file")} that the commit lacks and that its files in the release start`,
    findings: found.map(([path, does]) => told(does, reached.get(path) ?? "", subject)),
  }
}

/** Entries that a line which nothing explains starts, of a file that the commit has or of a hook, and what those start; each with the place that does. */
function startedByNewLines(subject: InspectedSubject): ReadonlyMap<string, string> {
  const items = entriesByPath(subject)
  const own = ofCommit(subject)
  const isNew = (item: LedgerEntry | undefined, line: { readonly lines: readonly [number, number]; readonly path: string }): boolean =>
    item !== undefined && own.has(item) && (item.unexplained?.some((run) => meets(line, run)) ?? true)
  const reached = new Map(compiledIn(subject).map((path) => [path, path]))
  let edge = subject.inspection.starts.filter(({ at }) => isNew(items.get(at.path), at))
  while (edge.length > 0) {
    const fresh = edge.filter(({ to }) => !reached.has(to))
    for (const { to, at } of fresh) reached.set(to, spelled(at))
    const from = new Set(fresh.map(({ to }) => to))
    edge = subject.inspection.starts.filter(({ at, to }) => from.has(at.path) && !reached.has(to))
  }
  return reached
}

/**
 * Go compiles every file of a package whose name does not keep it out (cmd/go, "Build constraints"), and a module is what its commit has (The Go Modules
 * Reference, "Module zip files"): nothing has to start what such a file does when it is initialised.
 */
const compiledIn = ({ inspection, artifact }: InspectedSubject): readonly string[] =>
  artifact.purl?.startsWith("pkg:golang/") === true || /@v\d[^/]*\/$/.test(artifact.root)
    ? inspection.scripts.flatMap(({ path, language }) => (language === "go" && !keptOut.test(path) ? [path] : []))
    : []

const keptOut = /_test\.go$|(?:^|\/)[_.]|(?:^|\/)testdata\//

function told(acts: readonly NewAct[], starter: string, subject: InspectedSubject): Omit<Finding, "rule" | "version"> {
  const lines = acts.flatMap(({ act }) => act.at.lines)
  const does: readonly Capability[] = [...new Set(acts.flatMap((act) => act.does ?? []))]
  const path = acts[0]?.item.entry.path ?? ""
  const items = entriesByPath(subject)
  const digest = (of: string): string => `sha256:${items.get(of)?.entry.sha256 ?? ""}`
  return {
    severity: "alarm",
    message: `${path}, which the commit lacks, ${starter === path ? "is compiled with its package" : `is started at ${starter}`} and does something: ${does.join(", ")}`,
    at: { path, lines: [Math.min(...lines), Math.max(...lines)] },
    evidence: [
      ...(starter === path ? [] : [{ what: "starts it", where: starter, digest: digest(starter.slice(0, starter.lastIndexOf(":"))) }]),
      ...acts.slice(0, toldMax).map(({ act, does: what = "" }) => ({ what, where: spelled(act.at), digest: digest(path) })),
    ],
  }
}

const toldMax = 20
