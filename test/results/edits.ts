/**
 * A hundred generated edits in the build files that real releases ship: the report of the edited release must differ from that of the original by
 * exactly the edit. Archives are rewritten member by member and explained by the real command line.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createContext } from "../../src/io/create-context.ts"
import { problemsOf, type Seen } from "./edit-problems.ts"
import type { Session } from "./kept-runs.ts"
import { linesIn, makers, type Random, recombined, seeded, type TextEdit } from "./line-edits.ts"
import { publishedVersions } from "./published-versions.ts"
import { isBuildFile } from "./releases.ts"
import type { Report } from "./report-schema.ts"
import { findRepository } from "./repositories.ts"
import { runExplain } from "./run-explain.ts"
import { decoded } from "./tamper.ts"
import { type Member, membersOf, pad, splice, withHeader } from "./tar-edit.ts"

export interface EditedRelease {
  readonly target: string
  /** owner/name */
  readonly repository?: string
  readonly ref?: string
  readonly edits: number
}

/** How often each is edited: what is explained quickly more often. */
export const editedReleases: readonly EditedRelease[] = [
  { target: "deb-src:xz-utils@5.8.1", repository: "tukaani-project/xz", ref: "v5.8.1", edits: 35 },
  { target: "deb-src:tmux@3.3a", repository: "tmux/tmux", ref: "3.3a", edits: 20 },
  { target: "deb-src:libarchive@3.7.4", repository: "libarchive/libarchive", ref: "v3.7.4", edits: 10 },
  { target: "deb-src:curl@7.88.1", repository: "curl/curl", ref: "curl-7_88_1", edits: 5 },
  { target: "deb-src:sed@4.9", edits: 30 },
]

export interface EditOutcome {
  readonly release: string
  readonly kind: string
  readonly path: string
  readonly problems: readonly string[]
  /** toRead after less toRead before. */
  readonly more: number
  readonly sameBase: boolean
}

interface Ground {
  readonly report: Report
  readonly tar: Uint8Array
  readonly members: readonly Member[]
  explain(tar: Uint8Array, where: string): Report | string
}

/** Outcomes, or a sentence that says why the release could not be edited. */
export function editRelease(release: EditedRelease, seed: number, session: Session): readonly EditOutcome[] | string {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-edits-"))
  try {
    const ground = groundOf(release, folder, session)
    if (typeof ground === "string") return ground
    const random = seeded(seed)
    const outcomes: EditOutcome[] = []
    for (let tries = 0; outcomes.length < release.edits && tries < release.edits * 20; tries += 1) {
      const edit = chooseEdit(ground, random, outcomes.length + tries)
      if (edit === undefined) continue
      const after = ground.explain(edit.tar, `edit-${tries}`)
      const seen: Seen =
        typeof after === "string" ? { problems: [after], more: 0, sameBase: false } : problemsOf(ground.report, after, edit)
      outcomes.push({ release: release.target, kind: edit.kind, path: edit.path, ...seen })
    }
    return outcomes.length < release.edits ? `only ${outcomes.length} of ${release.edits} edits could be made` : outcomes
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function groundOf(release: EditedRelease, folder: string, session: Session): Ground | string {
  const repository = release.repository === undefined ? undefined : findRepository(release.repository)
  if (repository?.ok === false) return repository.why
  const given = repository === undefined ? {} : { repository: `${repository.path}@${release.ref ?? ""}` }
  const fetched = runExplain({ target: release.target, ...given, replay: "never", session })
  if (fetched.kind !== "report") return fetched.why
  const tar = decoded(fetched.report.artifact.sha256, createContext(session).cache)
  if (typeof tar === "string") return tar
  const explain = (bytes: Uint8Array, where: string): Report | string => {
    mkdirSync(join(folder, where))
    const file = join(folder, where, "release.tar")
    writeFileSync(file, bytes)
    const ran = runExplain({ target: file, ...given, replay: "never", session })
    rmSync(file)
    return ran.kind === "report" ? ran.report : `${ran.kind}: ${ran.why}`
  }
  const report = explain(tar, "original")
  return typeof report === "string" ? report : { report, tar, members: membersOf(tar).members, explain }
}

export interface Edit {
  readonly kind: string
  /** As the archive names it, before the edit. */
  readonly path: string
  readonly renamed?: string
  /** Undefined: the entry moved or went. */
  readonly text?: TextEdit
  /** Its lines after the edit. */
  readonly lines: readonly string[]
  readonly tar: Uint8Array
}

const kinds = [...Object.keys(makers), "recombined", "renamed", "removed", "aclocal"] as const

function chooseEdit(ground: Ground, random: Random, turn: number): Edit | undefined {
  const kind = kinds[turn % kinds.length] ?? "inserted"
  const wanted = kind === "aclocal" ? isAclocal : (entry: Entry): boolean => isVendored(entry)
  const entries = ground.report.ledger.entries.filter(wanted)
  const entry = entries[random(entries.length)]
  const member = ground.members.find(
    ({ path, start, header, type }) => path === entry?.path && start === header && (type === "0" || type === ""),
  )
  if (entry === undefined || member === undefined || member.size > 400_000) return undefined
  const text = Buffer.from(ground.tar.subarray(member.body, member.body + member.size)).toString("latin1")
  if (kind === "removed")
    return { kind: "the file deleted", path: entry.path, lines: [], tar: splice(ground.tar, [member.start, member.end]) }
  if (kind === "renamed") return renamed(ground.tar, member)
  const edit = kind === "aclocal" ? inACovered(text, entry, random, turn) : textEdit(kind, text, entry, random, turn)
  if (edit === undefined || edit.text === text) return undefined
  const body = Buffer.from(edit.text, "latin1")
  const header = withHeader(ground.tar.subarray(member.header, member.body), { size: body.length })
  const tar = splice(ground.tar, [member.header, member.end], header, pad(body))
  return { kind: kind === "aclocal" ? `aclocal.m4: ${edit.kind}` : edit.kind, path: entry.path, text: edit, lines: linesIn(edit.text), tar }
}

type Entry = Report["ledger"]["entries"][number]
const isAclocal = ({ path, unexplained }: Entry): boolean => path.endsWith("/aclocal.m4") && unexplained !== undefined
const isVendored = ({ path, opaque, explanation }: Entry): boolean =>
  !opaque && isBuildFile(path) && (explanation.kind === "origin" || explanation.kind === "source")

function textEdit(kind: string, text: string, { explanation }: Entry, random: Random, turn: number): TextEdit | undefined {
  const lines = linesIn(text)
  if (lines.length < 8) return undefined
  if (kind === "recombined") return recombined(text, publishedVersions(explanation.path ?? "", text), random)
  return isMaker(kind) ? makers[kind](lines, random, `everybyte edit ${turn}`) : undefined
}

const isMaker = (kind: string): kind is keyof typeof makers => kind in makers

/** Edits of aclocal.m4 stand in its longest covered run: what remained before has nothing to do with them. */
function inACovered(text: string, entry: Entry, random: Random, turn: number): TextEdit | undefined {
  const lines = linesIn(text)
  const bounds = [...(entry.unexplained ?? []), { first: lines.length + 1, last: lines.length + 1 }]
  let run: readonly [number, number] = [0, 0]
  let from = 0
  for (const { first, last } of bounds) {
    if (first - 1 - from > run[1] - run[0]) run = [from, first - 1]
    from = last
  }
  const inside = lines.slice(...run)
  const choices = [makers.payload, makers.deleted, makers.inserted, makers.swapped, makers.unchecked, makers.changed] as const
  const edit =
    inside.length < 8 ? undefined : choices[((turn / kinds.length) % choices.length) | 0]?.(inside, random, `everybyte edit ${turn}`)
  if (edit === undefined) return undefined
  return { ...edit, text: [...lines.slice(0, run[0]), edit.text, ...lines.slice(run[1])].join("") }
}

function renamed(tar: Uint8Array, member: Member): Edit | undefined {
  const to = member.path.replace(/([^/]*?)(\.[^./]*)?$/, "$1-renamed$2")
  if (to.length > 99) return undefined
  const header = withHeader(tar.subarray(member.header, member.body), { name: to })
  return { kind: "the file renamed", path: member.path, renamed: to, lines: [], tar: splice(tar, [member.header, member.body], header) }
}
