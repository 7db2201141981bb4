/** Six edits of a real release; the report must differ from the unedited one's by exactly that edit. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { createContext } from "../../src/io/create-context.ts"
import type { Session } from "./kept-runs.ts"
import type { Release } from "./releases.ts"
import type { Report } from "./report-schema.ts"
import { findRepository } from "./repositories.ts"
import { runExplain } from "./run-explain.ts"
import { type Member, membersOf, pad, splice, withHeader } from "./tar-edit.ts"

export interface Outcome {
  readonly name: string
  /** Empty: the report named the edit, and nothing else. */
  readonly problems: readonly string[]
  readonly seen: string
}

interface Edit {
  readonly name: string
  apply(tar: Uint8Array, member: Member, end: number): Uint8Array
  /** What must differ; everything that is left out must not. */
  readonly expected: (member: Member, tar: Uint8Array) => Expected
}

interface Expected {
  /** Entries by path: what each new or changed one must be. */
  readonly changed?: (before: readonly ReportEntry[], after: readonly ReportEntry[]) => string | undefined
  readonly path?: string
  readonly absent?: boolean
  readonly anomaly?: string
  /** Where the one new unexplained run of the framing begins. */
  readonly unexplainedFrom?: number
}
type ReportEntry = Report["ledger"]["entries"][number]

const addedName = (member: Member): string => member.path.replace(/[^/]*$/, "everybyte-added.txt")
const letter = (tar: Uint8Array, member: Member): number => {
  for (let at = member.body + Math.floor(member.size / 2); at < member.body + member.size; at += 1) {
    if (/[a-y]/.test(String.fromCharCode(tar[at] ?? 0))) return at
  }
  throw new Error(`no letter in ${member.path}`)
}
const flipped = (tar: Uint8Array, member: Member): Uint8Array => {
  const copy = Buffer.from(tar.subarray(member.body, member.end))
  const at = letter(tar, member) - member.body
  copy[at] = (copy[at] ?? 0) + 1
  return copy
}
const isUnexplained = (entry: ReportEntry | undefined): boolean => entry?.explanation.kind === "unexplained" && entry.toRead > 0
const oneLine = (entry: ReportEntry | undefined): boolean =>
  entry?.unexplained?.length === 1 && entry.unexplained[0]?.first === entry.unexplained[0]?.last && entry.toRead === 1

const edits: readonly Edit[] = [
  {
    name: "one byte changed",
    apply: (tar, member) => splice(tar, [member.body, member.end], flipped(tar, member)),
    expected: ({ path }) => ({
      path,
      changed: (_, [entry]) => (isUnexplained(entry) && oneLine(entry) ? undefined : "not unexplained with its one line"),
    }),
  },
  {
    name: "a mode changed",
    apply: (tar, member) =>
      splice(tar, [member.header, member.body], withHeader(tar.subarray(member.header, member.body), { mode: member.mode | 0o111 })),
    expected: ({ path }) => ({
      path,
      changed: (_, [entry]) =>
        isUnexplained(entry) && entry?.explanation.difference === "mode" && entry.toRead === 1
          ? undefined
          : "not unexplained by its mode, toRead 1",
    }),
  },
  {
    name: "a file added",
    apply: (tar, member, end) => {
      const body = Buffer.from("nobody wrote this line\n")
      return splice(
        tar,
        [end, end],
        withHeader(tar.subarray(member.header, member.body), { size: body.length, name: addedName(member) }),
        pad(body),
      )
    },
    expected: (member) => ({
      path: addedName(member),
      changed: (before, after) =>
        before.length === 0 && after.length === 1 && isUnexplained(after[0]) ? undefined : "not one new unexplained entry",
    }),
  },
  {
    name: "a file removed",
    apply: (tar, member) => splice(tar, [member.start, member.end]),
    expected: ({ path }) => ({ path, absent: true, changed: (_, after) => (after.length === 0 ? undefined : "still there") }),
  },
  {
    name: "bytes after the end",
    apply: (tar) => splice(tar, [tar.length, tar.length], Buffer.from("hidden behind the end\n".repeat(30))),
    expected: (_, tar) => ({ anomaly: "trailing-bytes", unexplainedFrom: tar.length }),
  },
  {
    name: "two entries of one name",
    apply: (tar, member, end) => splice(tar, [end, end], tar.subarray(member.header, member.body), flipped(tar, member)),
    expected: ({ path }) => ({
      path,
      anomaly: "duplicate-name",
      changed: (before, after) =>
        after.length === before.length + 1 && after.some(isUnexplained) ? undefined : "not a second, unexplained entry",
    }),
  },
]

export function tamper(release: Release, report: Report, session: Session): readonly Outcome[] {
  const all = (problem: string): readonly Outcome[] => edits.map(({ name }) => ({ name, problems: [problem], seen: "" }))
  const tar = decoded(report.artifact.sha256, createContext(session).cache)
  const repository = findRepository(release.repository ?? "")
  if (typeof tar === "string") return all(tar)
  if (!repository.ok || report.repository === undefined) return all("no repository")
  const { members, end } = membersOf(tar)
  const member = pick(members, tar, report)
  if (member === undefined) return all("no plain text entry that is explained by the source")
  const folder = mkdtempSync(join(tmpdir(), "everybyte-tamper-"))
  try {
    const explain = (bytes: Uint8Array, where: string): Report | string => {
      mkdirSync(join(folder, where))
      const file = join(folder, where, "release.tar")
      writeFileSync(file, bytes)
      const ran = runExplain({
        target: file,
        repository: `${repository.path}@${report.repository?.commit ?? ""}`,
        replay: "never",
        session,
      })
      rmSync(file)
      return ran.kind === "report" ? ran.report : `${ran.kind}: ${ran.why}`
    }
    const original = explain(tar, "original")
    if (typeof original === "string") return all(`the unedited archive: ${original}`)
    return edits.map((edit, index): Outcome => {
      const edited = explain(edit.apply(tar, member, end), `edit-${index}`)
      if (typeof edited === "string") return { name: edit.name, problems: [edited], seen: "" }
      return {
        name: edit.name,
        problems: compare(original, edited, edit.expected(member, tar)),
        seen: `${member.path}: ${edited.verdict}, toRead +${edited.ledger.totals.toRead - original.ledger.totals.toRead}`,
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The downloaded bytes in the cache, decompressed; a sentence when that cannot be done. */
export function decoded(sha256: string, cache: string): Uint8Array | string {
  const file = [join(cache, "objects", sha256), join(cache, "objects", sha256.slice(0, 2), sha256)].find(existsSync)
  if (file === undefined) return `the cache ${cache} has no object ${sha256}`
  const bytes = readFileSync(file)
  if (bytes[0] === 0x1f) return gunzipSync(bytes)
  if (bytes[0] !== 0xfd) return bytes
  const run = spawnSync("xz", ["-dc"], { input: bytes, maxBuffer: 2 ** 30 })
  return run.status === 0 ? run.stdout : `xz could not read the archive: ${run.error?.message ?? run.stderr}`
}

/** A text file of the repository with short lines, without extended headers, not executable: so each edit is one change. */
function pick(members: readonly Member[], tar: Uint8Array, report: Report): Member | undefined {
  const sources = new Set(
    report.ledger.entries.filter((entry) => entry.explanation.kind === "source" && entry["opaque"] === false).map((entry) => entry.path),
  )
  const plain = members.filter(
    (m) => sources.has(m.path) && m.start === m.header && (m.type === "0" || m.type === "") && (m.mode & 0o111) === 0,
  )
  const bodyOf = (m: Member): string => Buffer.from(tar.subarray(m.body, m.body + m.size)).toString("latin1")
  const isPlainText = (text: string): boolean =>
    /[a-y]/.test(text.slice(text.length / 2)) && text.split("\n").every((line) => line.length < 200)
  return plain.filter((m) => m.size > 1000 && isPlainText(bodyOf(m))).sort((a, b) => a.size - b.size)[0]
}

function compare(before: Report, after: Report, expected: Expected): readonly string[] {
  const problems: string[] = []
  const [old, now] = [byPath(before), byPath(after)]
  for (const path of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(path) ?? [], now.get(path) ?? []]
    const same = JSON.stringify(was) === JSON.stringify(is)
    if (path !== expected.path && !same) problems.push(`${path} differs as well`)
    if (path !== expected.path) continue
    const problem = same ? "is as before" : expected.changed?.(was, is)
    if (problem !== undefined) problems.push(`${path}: ${problem}`)
  }
  if (expected.path !== undefined && !old.has(expected.path) && !now.has(expected.path)) problems.push(`${expected.path} is not named`)
  const absent = expected.absent === true && expected.path !== undefined ? [expected.path.slice(before.artifact.root.length)] : []
  problems.push(
    ...differences(
      "absent",
      before.ledger.absent.map((entry) => entry.path),
      after.ledger.absent.map((entry) => entry.path),
      absent,
    ),
  )
  const anomaly = expected.anomaly === undefined ? [] : [`${expected.anomaly} ${expected.path ?? ""}`.trim()]
  problems.push(...differences("anomaly", anomaliesOf(before), anomaliesOf(after), anomaly))
  const run = expected.unexplainedFrom === undefined ? [] : [String(expected.unexplainedFrom)]
  problems.push(...differences("unexplained framing from", framingOf(before), framingOf(after), run))
  if (after.ledger.totals.toRead <= before.ledger.totals.toRead && expected.absent !== true) problems.push("toRead did not grow")
  return problems
}

/** Additions other than the expected ones, and losses. */
function differences(what: string, before: readonly string[], after: readonly string[], expected: readonly string[]): readonly string[] {
  const wanted = [...before, ...expected].sort()
  const found = [...after].sort()
  if (JSON.stringify(wanted) === JSON.stringify(found)) return []
  const extra = found.filter((item) => !wanted.includes(item))
  const lost = wanted.filter((item) => !found.includes(item))
  return [`${what}: ${[...extra.map((item) => `+ ${item}`), ...lost.map((item) => `- ${item}`)].join(", ") || "other counts"}`]
}

const anomaliesOf = (report: Report): readonly string[] => report.anomalies.map(({ kind, path }) => `${kind} ${path ?? ""}`.trim())
const framingOf = (report: Report): readonly string[] =>
  report.ledger.framing.flatMap((layer) => layer.unexplained.map((run) => String(run.start)))

function byPath(report: Report): ReadonlyMap<string, readonly ReportEntry[]> {
  const map = new Map<string, ReportEntry[]>()
  for (const entry of report.ledger.entries) map.set(entry.path, [...(map.get(entry.path) ?? []), entry])
  return map
}
