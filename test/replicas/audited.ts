import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { isGitOid, sha256Of } from "../../src/core/digest.ts"
import { auditRelease, createContext, explainFault, type Report } from "../../src/index.ts"
import type { RegistryFacts } from "../../src/model/registry-facts.ts"
import { type Materialised, materialise, refsBefore, writePacked } from "./materialise.ts"
import type { Replica, Sample } from "./replica.ts"
import { type Place, placeOf, textsOf } from "./truth.ts"

export type Found = Report["findings"][number]

/** What an audit says of a sample, with its own repository and, where there is one, the release before it. */
export async function audited(sample: Sample): Promise<Report> {
  using made = materialise(sample)
  const folder = mkdtempSync(join(tmpdir(), "everybyte-replica-"))
  try {
    const request = {
      target: writePacked(made.artifact, join(folder, "artifact")),
      repository: made.repository.folder,
      ref: sample.ref,
      subdirectory: undefined,
      submodules: new Map<string, string>(),
      previous: made.previous === undefined ? undefined : writePacked(made.previous, join(folder, "previous")),
      acceptPrevious: false,
      replay: "never" as const,
      facts: factsOf(sample, made),
    }
    const result = await auditRelease(request, createContext({ cache: join(folder, "cache"), offline: true }))
    if (!result.ok) throw new Error(explainFault(result.fault))
    return result.value
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a registry, a host or a mirror says of a sample, in the form in which registries say it. */
function factsOf(sample: Sample, made: Materialised): RegistryFacts {
  const { refsBefore: _, elsewhere, ...said } = sample.facts ?? {}
  const refs = Object.entries(refsBefore(sample, made) ?? {}).flatMap(([ref, commit = ""]) =>
    isGitOid(commit) ? [[ref, { commit, seen: "2020-01-01" }] as const] : [],
  )
  return {
    ...said,
    ...(refs.length === 0 ? {} : { refsBefore: Object.fromEntries(refs) }),
    ...(elsewhere === undefined
      ? {}
      : { elsewhere: elsewhere.map(({ place, artifact }) => ({ place, sha256: sha256Of(made.others.get(artifact)?.bytes ?? "") })) }),
  }
}

/** The places that a replica's truth names, by rule. */
export function expectedOf(replica: Replica): readonly { readonly rule: string; readonly place: Place }[] {
  using made = materialise(replica.attack)
  const texts = textsOf(made.artifact, made.others, made.tree)
  return replica.truth.expects.map(({ rule, at }) => ({ rule, place: placeOf(at, texts) }))
}

/** Whether a finding is of that rule and points at that place, by itself or by a step of its chain: into its lines, where it has any. */
export function fits({ rule, at, evidence }: Found, expected: { readonly rule: string; readonly place: Place }): boolean {
  const { place } = expected
  if (rule !== expected.rule) return false
  if ("ref" in place) return at.path === place.ref
  if (!("path" in place)) return true
  const chain = evidence.map(({ where }) => {
    const [, path = where, first, last = first] = /^(.*):(\d+)(?:-(\d+))?$/.exec(where) ?? []
    return { path, ...(first === undefined ? {} : { lines: [Number(first), Number(last)] as const }) }
  })
  return [at, ...chain].some(({ path, lines }) => {
    if (path !== place.path && !path.endsWith(`!${place.path}`)) return false
    return !("lines" in place) || lines === undefined || (lines[0] <= place.lines[1] && lines[1] >= place.lines[0])
  })
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const [, script = "", ...asked] = process.argv
if (script.endsWith("audited.ts")) {
  const { replicas } = await import("./index.ts")
  const { heldOut, visible } = await import("./variants.ts")
  const sets = { replicas: () => replicas, visible, "held-out": heldOut }
  const of = Object.entries(sets).find(([name]) => name === asked[0])?.[1] ?? sets.replicas
  const only = asked.filter((one) => !Object.hasOwn(sets, one))
  for (const replica of of()) {
    if (only.length > 0 && !only.some((one) => one === String(replica.case) || one === replica.name)) continue
    const attack = await audited(replica.attack)
    const twin = await audited(replica.twin)
    const expected = expectedOf(replica)
    const missed = expected.filter((one) => !attack.findings.some((found) => fits(found, one)))
    say(`${replica.case} ${replica.name}: ${attack.verdict}, twin ${twin.verdict}`)
    for (const one of missed) say(`   MISSED ${one.rule} at ${JSON.stringify(one.place)}`)
    for (const { rule, severity, at, message } of attack.findings)
      say(`   attack ${severity} ${rule} ${at.path}:${at.lines?.join("-")} ${message}`)
    for (const { rule, severity, at, message } of twin.findings)
      say(`   TWIN ${severity} ${rule} ${at.path}:${at.lines?.join("-")} ${message}`)
  }
}
