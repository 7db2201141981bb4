import { unreachable } from "../../core/assert.ts"
import { number, plural } from "../../core/count.ts"
import { withOriginals } from "../../core/edition.ts"
import type { Base, Explanation } from "../../model/ledger.ts"
import type { ReportEntry } from "../../model/report.ts"

export type Fact = readonly [name: string, value: string]

/** All that the report says of one entry, besides its lines. */
export function factsOf(entry: ReportEntry): readonly Fact[] {
  const { explanation, also = [], previous, lines, claimed, claimedParts = [], target } = entry
  return [
    ...explained(explanation),
    ...also.map((one): Fact => ["also", one.kind]),
    ...(lines === undefined ? [] : [["lines", linesOf(entry, lines)] as const]),
    ...(claimed === undefined ? [] : [["version it states", claimed] as const]),
    ...claimedParts.map((one) => [`version it states of ${one.part}`, one.claimed] as const),
    ...(previous === undefined ? [] : [["against the earlier release", previous] as const]),
    ...(target === undefined ? [] : [["links to", target] as const]),
    ["what it is", `${entry.danger}; ${entry.opaque ? "opaque " : ""}${entry.type}, mode ${entry.mode}, ${plural(entry.size, "byte")}`],
    ["path in the archive", entry.path],
    ["sha256", entry.sha256],
    ["git id", entry.gitOid],
  ]
}

function linesOf({ unexplained = [] }: ReportEntry, lines: number): string {
  const uncovered = unexplained.reduce((sum, run) => sum + run.last - run.first + 1, 0)
  const removed = unexplained.reduce((sum, run) => sum + run.removed, 0)
  return `${number(uncovered)} of ${number(lines)} uncovered${removed === 0 ? "" : `, ${plural(removed, "line")} of the base gone`}`
}

function explained(explanation: Explanation): readonly Fact[] {
  switch (explanation.kind) {
    case "source":
      return sourceFacts(explanation)
    case "origin":
      return originFacts(explanation)
    case "derived":
      return derivedFacts(explanation)
    case "recipe":
      return recipeFacts(explanation)
    case "review":
      return [["review", `${explanation.reviewer} read it and signed for it on ${explanation.signed}`], ...explained(explanation.instead)]
    case "baseline":
      return [["baseline", `equals ${explanation.path} of ${explanation.artifact}, accepted on your word`]]
    case "unexplained":
      return [["unexplained", explanation.why], ...(explanation.base === undefined ? [] : baseFacts(explanation.base))]
    case "undetermined":
      return [["undetermined", explanation.why], ...(explanation.known ?? []).map((one): Fact => ["known", one])]
    default:
      return unreachable(explanation)
  }
}

function sourceFacts({ path, confirmed, effects, submodule }: Extract<Explanation, { kind: "source" }>): readonly Fact[] {
  const how = confirmed === "bytes" ? "compared byte by byte" : "its id matches; the repository lacks the bytes"
  return [
    ["source", `the commit has it as ${path}; ${how}`],
    ...(effects.length === 0 ? [] : [["through git attributes", effects.join(", ")] as const]),
    ...(submodule === undefined ? [] : [["of the submodule", `${submodule.path} at ${submodule.commit}`] as const]),
  ]
}

function originFacts({ origin, path, version, date, age, replaces }: Extract<Explanation, { kind: "origin" }>): readonly Fact[] {
  return [
    ["origin", `equals ${path} of ${origin} ${version}, published ${date}`],
    ...(age === "unchecked" ? [["age", "not checked: the release has no date, so the origin could be the younger one"] as const] : []),
    ...(replaces === undefined ? [] : [["instead of", `${replaces.path}, other bytes at this path of the commit`] as const]),
  ]
}

function derivedFacts({
  generator,
  path,
  commands,
  toolchain,
  originals,
  tools,
  normalised,
  replaces,
}: Extract<Explanation, { kind: "derived" }>): readonly Fact[] {
  const versions = tools.map(({ tool, version }) => `${tool} ${version}`).join(", ")
  return [
    ["derived", `equals ${path} as ${generator} made it of the commit, twice: ${commands}`],
    ["toolchain", `${toolchain}${withOriginals(originals)}${versions === "" ? "" : ` (${versions})`}`],
    ...(normalised.length === 0 ? [] : [["but for", normalised.join(", ")] as const]),
    ...(replaces === undefined ? [] : [["instead of", `${replaces.path}, other bytes at this path of the commit`] as const]),
  ]
}

function recipeFacts({ recipe, from, dropped, replaces }: Extract<Explanation, { kind: "recipe" }>): readonly Fact[] {
  const inputs = [
    ...from.commit.map((path) => `${path} of the commit`),
    ...from.release.map((path) => (path === "*" ? "every other file of the release" : `${path} of the release`)),
  ]
  return [
    ["recipe", `equals what ${recipe} computes${inputs.length === 0 ? "" : ` from ${inputs.join(", ")}`}`],
    ...(dropped.length === 0 ? [] : [["as it states itself", dropped.join(", ")] as const]),
    ...(replaces === undefined ? [] : [["instead of", `${replaces.path}, other bytes at this path of the commit`] as const]),
  ]
}

function baseFacts(base: Base): readonly Fact[] {
  if (base.from === "origin")
    return [
      [
        "base",
        `${base.path} of ${base.origin} ${base.version}, published ${base.date}; known by its hashes, so covered lines equal it and its removed lines are a count`,
      ],
    ]
  if (base.from === "concatenation")
    return [["base", `one after the other: ${base.parts.map((part) => `${part.path} of ${part.origin} ${part.version}`).join(", ")}`]]
  if (base.from === "replay") return [["base", `${base.path} as ${base.generator} made it of the commit, in toolchain ${base.toolchain}`]]
  if (base.from === "recipe") return [["base", `${base.path} as ${base.recipe} computes it`]]
  const id = base.gitOid === undefined ? "" : `, git id ${base.gitOid}`
  return [["base", `${base.path} of the ${base.from}${base.commit === undefined ? "" : ` at ${base.commit}`}${id}`]]
}
