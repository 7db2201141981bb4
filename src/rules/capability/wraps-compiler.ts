import { plural } from "../../core/count.ts"
import { baseName } from "../../core/path.ts"
import type { Act } from "../../model/code.ts"
import type { Finding } from "../../model/finding.ts"
import type { Inspected } from "../../model/inspection.ts"
import { spelledPaths } from "../../model/secret.ts"
import { entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * What a build starts its compiler with sees every source before the compiler does, and what it makes of it stands in no file. Caches that the system has are no part of a release; one that
 * brings its own has a reason, which the release before it had too.
 */
export const capabilityWrapsCompiler: Rule<InspectedSubject> = {
  id: "capability/wraps-compiler",
  version: 1,
  question: "Does a file of the release stand between its build and the compiler or linker, where the release before it had none there?",
  check: answer,
}

interface StandIn {
  readonly act: Act
  readonly script: Inspected
  readonly name: string
  /** Entries that it may be. */
  readonly files: readonly string[]
}

function answer(subject: InspectedSubject): Answer {
  const { inspection, before } = subject
  if (inspection.scripts.length === 0) return { outcome: "not-applicable", why: "no entry is in a language that is read" }
  const starts = Map.groupBy(inspection.starts, ({ at }) => spelled(at))
  const found = inspection.scripts.flatMap((script) =>
    standInsOf(script).flatMap(({ act, name, words }): readonly StandIn[] => {
      const all = starts.get(spelled(act.at))?.map(({ to }) => to) ?? []
      const files = [...new Set(all)].filter((to) => words.has(baseName(to)))
      return files.length === 0 ? [] : [{ act, script, name, files }]
    }),
  )
  if (found.length === 0)
    return {
      outcome: "absent",
      why: `${plural(inspection.scripts.length, "script")} read, and compilers are started by the system's names`,
    }
  const known = new Set(before?.scripts.flatMap((script) => standInsOf(script).flatMap(({ words }) => [...words])))
  const each = [...new Map(found.map((one) => [`${spelled(one.act.at)} ${one.files.join()}`, one])).values()]
  const findings = each.map((one) => told(one, known, subject))
  return { outcome: "present", why: plural(each.length, "place"), findings }
}

function standInsOf(script: Inspected): readonly { readonly act: Act; readonly name: string; readonly words: ReadonlySet<string> }[] {
  return script.acts.flatMap((act) =>
    act.kind === "runs" && act.standsFor !== undefined
      ? [{ act, name: act.standsFor, words: new Set(spelledPaths(act.what).map(baseName)) }]
      : [],
  )
}

/** What runs only in tests, or where somebody asks for it, is a note, and so is what the release before had in such a place. */
function told(
  { act, script, name, files }: StandIn,
  known: ReadonlySet<string>,
  subject: InspectedSubject,
): Omit<Finding, "rule" | "version"> {
  const runs = subject.inspection.momentOf(act, script)
  const isExpected = runs === undefined || runs === "test" || runs === "request" || files.every((path) => known.has(baseName(path)))
  const items = entriesByPath(subject)
  const digestOf = (path: string): string => `sha256:${items.get(path)?.entry.sha256 ?? ""}`
  return {
    severity: isExpected ? "note" : "review",
    message: `${files.join(" or ")} stands where the build has its compiler (${name})`,
    at: { path: act.at.path, lines: act.at.lines },
    evidence: [
      { what: name, where: spelled(act.at), digest: digestOf(act.at.path) },
      ...files.slice(0, filesTold).map((path) => ({ what: "stands there", where: path, digest: digestOf(path) })),
    ],
  }
}

const filesTold = 8
