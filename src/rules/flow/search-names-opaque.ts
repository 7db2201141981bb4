import { plural } from "../../core/count.ts"
import { belowRoot } from "../../core/path.ts"
import { isData, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * A search of file contents that finds one file, and that file is opaque, is a name in disguise. Honest build scripts search for sources, of which there are many,
 * or for texts.
 */
export const flowSearchNamesOpaque: Rule<InspectedSubject> = {
  id: "flow/search-names-opaque",
  version: 1,
  question: "Does a search by content, tried on the release itself, match exactly one file, and is that opaque or data of the tests?",
  check: answer,
}

function answer({ artifact, inspection, ledger }: InspectedSubject): Answer {
  const searches = inspection.searches.filter(({ search }) => search.by === "content")
  if (searches.length === 0) return { outcome: "not-applicable", why: "no script searches for files by what is in them" }
  const scripts = new Set(inspection.scripts.map(({ path }) => path))
  const data = new Map(
    ledger.entries
      .filter(({ entry }) => entry.encoding === undefined || (isData(belowRoot(entry.path, artifact.root)) && !scripts.has(entry.path)))
      .map(({ entry }) => [entry.path, entry]),
  )
  const digests = new Map(ledger.entries.map(({ entry }) => [entry.path, `sha256:${entry.sha256}`]))
  const found = searches.flatMap(({ at, matches = [] }) => {
    const [only] = matches
    const entry = only === undefined || matches.length > 1 ? undefined : data.get(only)
    if (entry === undefined) return []
    return [
      {
        severity: entry.encoding === undefined ? ("alarm" as const) : ("review" as const),
        message: `the search at ${spelled(at)} matches one file of the release, ${entry.path}, which is ${entry.encoding === undefined ? "opaque" : "data of its tests"}`,
        at: { path: at.path, lines: at.lines },
        evidence: [
          { what: "the search", where: spelled(at), digest: digests.get(at.path) ?? "" },
          { what: "the one file that it matches", where: entry.path, digest: `sha256:${entry.sha256}` },
        ],
      },
    ]
  })
  if (found.length > 0)
    return { outcome: "present", why: `${plural(found.length, "search", "searches")} for one opaque file`, findings: found }
  const untried = searches.filter(({ matches }) => matches === undefined).length
  if (untried === searches.length) return { outcome: "not-assessed", why: "no search could be tried: their patterns are not known" }
  return { outcome: "absent", why: `${plural(searches.length - untried, "search", "searches")} tried on the release, ${untried} not known` }
}
