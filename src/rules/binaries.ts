import { number, plural } from "../core/count.ts"
import type { BinaryFacts } from "../model/binary.ts"
import type { Finding, Severity } from "../model/finding.ts"
import type { OpaqueFacts, Opaques } from "../model/opaque.ts"
import type { Answer, InspectedSubject } from "./rule.ts"

type Found = Omit<Finding, "rule" | "version">

/** A binary of the release, and what the release before it had in its place. */
export interface Held {
  readonly opaque: OpaqueFacts
  readonly binary: BinaryFacts
  /** Undefined: there is no release before it, or it has none here. */
  readonly before: BinaryFacts | undefined
}

/** What a rule says of one binary; undefined: nothing. */
export type Judge = (held: Held, opaques: Opaques) => { readonly severity: Severity; readonly message: string } | undefined

/** Answers a question that is asked of each binary. `looked`: what stands in them otherwise. */
export function ofBinaries(subject: InspectedSubject, judge: Judge): Answer {
  const { inspection, before } = subject
  const { opaques } = inspection
  if (opaques === undefined) return { outcome: "not-assessed", why: "opaque entries were not looked into" }
  const binaries = opaques.entries.flatMap((opaque) => opaque.binaries.map((binary) => ({ opaque, binary })))
  const unread = opaques.entries.filter(
    ({ object, structure, unread: left }) => left.length > 0 || (object?.format === "elf" && structure?.stopped !== undefined),
  )
  if (binaries.length === 0 && unread.length === 0)
    return { outcome: "not-applicable", why: "no entry is an ELF file or a library of them" }
  const was = before?.opaques === undefined ? new Map<string, BinaryFacts>() : byPlace(before.opaques)
  const digests = digestsOf(subject)
  const findings = binaries.flatMap((one): readonly Found[] => {
    const judged = judge({ ...one, before: was.get(placeOf(one.opaque, one.binary)) }, opaques)
    return judged === undefined ? [] : [foundAt(one.opaque.path, judged, { digests, member: one.binary.member })]
  })
  if (findings.length > 0)
    return { outcome: "present", why: `${number(findings.length)} of ${plural(binaries.length, "binary", "binaries")}`, findings }
  if (unread.length > 0)
    return {
      outcome: "not-assessed",
      why: `not read whole: ${unread
        .map(({ path }) => path)
        .slice(0, 3)
        .join(", ")}`,
    }
  return { outcome: "absent", why: `${plural(binaries.length, "binary", "binaries")} were read` }
}

/** Answers a question that is asked of each opaque entry. */
export function ofOpaques(
  subject: InspectedSubject,
  judge: (opaque: OpaqueFacts, all: Opaques) => { readonly severity: Severity; readonly message: string } | undefined,
): Answer {
  const { opaques } = subject.inspection
  if (opaques === undefined) return { outcome: "not-assessed", why: "opaque entries were not looked into" }
  if (opaques.entries.length === 0) return { outcome: "not-applicable", why: "no entry is opaque" }
  const digests = digestsOf(subject)
  const findings = opaques.entries.flatMap((opaque) => {
    const judged = judge(opaque, opaques)
    return judged === undefined ? [] : [foundAt(opaque.path, judged, { digests, member: undefined })]
  })
  const all = plural(opaques.entries.length, "opaque entry", "opaque entries")
  return findings.length > 0
    ? { outcome: "present", why: `${number(findings.length)} of ${all}`, findings }
    : { outcome: "absent", why: `${all} were looked into` }
}

function foundAt(
  path: string,
  { severity, message }: { readonly severity: Severity; readonly message: string },
  { digests, member }: { readonly digests: ReadonlyMap<string, string>; readonly member: string | undefined },
): Found {
  const where = member === undefined ? path : `${path}(${member})`
  return {
    severity,
    message: member === undefined ? message : `member ${member}: ${message}`,
    at: { path },
    evidence: [{ what: "the file", where, digest: `sha256:${digests.get(path) ?? ""}` }],
  }
}

const digestsOf = ({ artifact }: InspectedSubject): ReadonlyMap<string, string> =>
  new Map(artifact.entries.map(({ path, sha256 }) => [path, sha256]))

/** A version in a name changes with each release: its digits do not tell places apart. */
const placeOf = ({ path }: OpaqueFacts, { member = "" }: BinaryFacts): string => `${path.replace(/\d+/g, "#")}\0${member}`

const byPlace = ({ entries }: Opaques): ReadonlyMap<string, BinaryFacts> =>
  new Map(entries.flatMap((opaque) => opaque.binaries.map((binary) => [placeOf(opaque, binary), binary] as const)))

/** One reason for doubt asks for a look; two together have no honest example. */
export const byDoubts = (doubts: readonly string[]): Severity => (doubts.length === 0 ? "note" : doubts.length === 1 ? "review" : "alarm")

/** A few names for one sentence. */
export function some(names: readonly string[], max = 5): string {
  const each = [...new Set(names)]
  return each.length > max ? `${each.slice(0, max).join(", ")} and ${number(each.length - max)} more` : each.join(", ")
}
