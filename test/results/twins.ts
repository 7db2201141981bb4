/**
 * The poisoned twin of a release: one macro file that git lacks says more than the genuine one and states a version that nobody published, and `configure` is
 * what autoconf makes of it. Made in a temporary folder from the real release, and never run: only autoconf reads it, in the sandbox. What is left to read
 * must be the honest release's, those lines, and nothing else.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createContext } from "../../src/io/create-context.ts"
import { auditedTwin } from "./audits.ts"
import { deskIn } from "./desk.ts"
import type { Session } from "./kept-runs.ts"
import { linesIn } from "./line-edits.ts"
import { type Line, lineOf } from "./lines.ts"
import { poisoned } from "./poison.ts"
import type { Report } from "./report-schema.ts"
import { findRepository } from "./repositories.ts"
import { configureFrom, type Tools } from "./run-autoconf.ts"
import { type Asked, readFirst, runExplain, wordsOf } from "./run-explain.ts"
import { decoded } from "./tamper.ts"
import { membersOf, pad, splice, withHeader } from "./tar-edit.ts"
import { type Changed, type Twin, twinProblems } from "./twin-problems.ts"

interface Pair {
  readonly target: string
  /** owner/name */
  readonly repository: string
  readonly ref: string
  readonly submodules?: Readonly<Record<string, string>>
  /** Below the root: a macro file that git lacks where there is one, else the file that macros are collected in, else one of git. */
  readonly macro: string
  /** Where the definition begins that is poisoned; it is expanded once. */
  readonly within: RegExp
}

const pairs: readonly Pair[] = [
  {
    target: "deb-src:xz-utils@5.8.1",
    repository: "tukaani-project/xz",
    ref: "v5.8.1",
    macro: "m4/nls.m4",
    within: /^AC_DEFUN\(\[AM_NLS\]/,
  },
  {
    target: "deb-src:xz-utils@5.4.1",
    repository: "tukaani-project/xz",
    ref: "v5.4.1",
    macro: "m4/nls.m4",
    within: /^AC_DEFUN\(\[AM_NLS\]/,
  },
  { target: "deb-src:curl@7.88.1", repository: "curl/curl", ref: "curl-7_88_1", macro: "m4/libtool.m4", within: /^AC_DEFUN\(\[LT_INIT\]/ },
  {
    target: "deb-src:libarchive@3.7.4",
    repository: "libarchive/libarchive",
    ref: "v3.7.4",
    macro: "aclocal.m4",
    within: /^AC_DEFUN\(\[LT_INIT\]/,
  },
  { target: "deb-src:tmux@3.3a", repository: "tmux/tmux", ref: "3.3a", macro: "aclocal.m4", within: /^AC_DEFUN\(\[PKG_PROG_PKG_CONFIG\]/ },
  {
    target: "deb-src:pcre2@10.46",
    repository: "PCRE2Project/pcre2",
    ref: "pcre2-10.46",
    submodules: { "deps/sljit": "zherczeg/sljit" },
    macro: "m4/libtool.m4",
    within: /^AC_DEFUN\(\[LT_INIT\]/,
  },
]

const nameOf = ({ target, macro }: Pair): string => `poisoned twin of ${target} (${macro})`

/** Two lines a pair: what is left to read, and the verdict of a gate. */
export async function twins(isChosen: (name: string) => boolean, session: Session): Promise<readonly Line[]> {
  const lines: Line[] = []
  for (const pair of pairs.filter((one) => isChosen(nameOf(one)))) {
    for (const line of await linesFor(pair, session)) {
      process.stderr.write(`${line.outcome}: ${line.what}: ${line.figure}\n`)
      lines.push(line)
    }
  }
  return lines
}

async function linesFor(pair: Pair, session: Session): Promise<readonly Line[]> {
  const whats = [
    `${nameOf(pair)}: exactly the poisoned lines, and those that they cause in configure, are left more, ranked first`,
    `${nameOf(pair)}: never passes an audit, with and without a baseline, and comes first`,
  ]
  const none = (outcome: "not run" | "NOT HELD", figure: string): readonly Line[] => whats.map((what) => ({ what, outcome, figure }))
  const [read = "", audited = ""] = whats
  const folder = mkdtempSync(join(tmpdir(), "everybyte-twin-"))
  try {
    const ground = groundOf(pair, folder, session)
    if ("why" in ground) return none(ground.notRun ? "not run" : "NOT HELD", ground.why)
    const twin = await twinOf(pair, ground, folder, session)
    if (typeof twin === "string") return none("NOT HELD", twin)
    const asked = { ...ground.asked, target: archiveIn(folder, "twin", twin.tar) }
    return [readLine(read, asked, ground, twin), auditLine(audited, asked, twin, folder)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readLine(what: string, asked: Asked, ground: Ground, twin: Twin): Line {
  const after = runExplain(asked)
  if (after.kind !== "report") return { what, outcome: "NOT HELD", figure: after.why }
  const listed = readFirst(asked)
  if (typeof listed === "string") return { what, outcome: "NOT HELD", figure: listed }
  const counts = twin.changed.map(({ path, added }) => `${added.length} in ${path.slice(after.report.artifact.root.length)}`)
  const figure = `${after.report.verdict}, toRead ${ground.report.ledger.totals.toRead} + ${after.report.ledger.totals.toRead - ground.report.ledger.totals.toRead}: ${counts.join(", ")}; ${twin.claimed}`
  return lineOf(what, twinProblems(ground.report, after.report, twin, listed), figure)
}

function auditLine(what: string, asked: Asked, twin: Twin, folder: string): Line {
  const desk = deskIn(folder, asked.session)
  if (typeof desk === "string") return { what, outcome: "NOT HELD", figure: desk }
  const changed = twin.changed.map(({ path }) => path)
  const found = auditedTwin({ words: wordsOf(asked), honest: join(folder, "honest", archiveName), twin: asked.target, changed }, desk)
  return lineOf(what, found.problems, found.figure)
}

interface Ground {
  readonly report: Report
  readonly tar: Uint8Array
  /** All but the target's own words. */
  readonly asked: Omit<Asked, "target">
}

const archiveName = "release.tar"

function archiveIn(folder: string, where: string, tar: Uint8Array): string {
  mkdirSync(join(folder, where))
  const file = join(folder, where, archiveName)
  writeFileSync(file, tar)
  return file
}

/** The honest release as a file of this machine, explained. */
function groundOf(pair: Pair, folder: string, session: Session): Ground | { readonly why: string; readonly notRun: boolean } {
  const repository = findRepository(pair.repository)
  if (!repository.ok) return { why: repository.why, notRun: true }
  const submodules: string[] = []
  for (const [path, name] of Object.entries(pair.submodules ?? {})) {
    const submodule = findRepository(name)
    if (!submodule.ok) return { why: submodule.why, notRun: true }
    submodules.push(`${path}=${submodule.path}`)
  }
  const asked = { repository: `${repository.path}@${pair.ref}`, submodules, replay: "always", session } as const
  const fetched = runExplain({ ...asked, target: pair.target })
  if (fetched.kind !== "report") return { why: fetched.why, notRun: fetched.kind === "not-run" }
  const tar = decoded(fetched.report.artifact.sha256, createContext(session).cache)
  if (typeof tar === "string") return { why: tar, notRun: false }
  const ran = runExplain({ ...asked, target: archiveIn(folder, "honest", tar) })
  return ran.kind === "report" ? { report: ran.report, tar, asked } : { why: ran.why, notRun: false }
}

/** The archive of the twin, and what in it differs; a sentence when it cannot be made. */
async function twinOf(
  pair: Pair,
  { report, tar }: Ground,
  folder: string,
  session: Session,
): Promise<(Twin & { readonly tar: Uint8Array }) | string> {
  const { root } = report.artifact
  const [macro, configure] = [root + pair.macro, `${root}configure`]
  const [honestMacro, honestConfigure] = [textIn(tar, macro), textIn(tar, configure)]
  const poison = honestMacro === undefined ? undefined : poisoned(linesIn(honestMacro), pair.within)
  if (honestMacro === undefined || honestConfigure === undefined || poison === undefined)
    return `${macro} or ${configure} is not as expected`
  const half = replaced(tar, macro, poison.text)
  const tools = toolsOf(report, honestConfigure)
  const [plain, caused] = [await configureFrom(tar, tools, session.cache), await configureFrom(half, tools, session.cache)]
  if (typeof plain === "string") return plain
  if (typeof caused === "string") return caused
  // Where this autoconf is not the release's own, what the poison changes in its output is carried over.
  const merged = mergedIn(folder, [honestConfigure, plain.text, caused.text])
  if (merged === undefined || merged === honestConfigure) return "what the poison causes in configure could not be carried over"
  const changed = [
    { path: macro, honest: linesIn(honestMacro), lines: linesIn(poison.text), added: poison.added, gone: [poison.replaced] },
    changedIn(folder, configure, [honestConfigure, merged]),
  ]
  return { tar: replaced(half, configure, merged), macro, claimed: poison.claimed, changed }
}

/** Those that the replay used; where there was nothing to make again, upstream's newest. */
function toolsOf({ replays = [] }: Report, configure: string): Tools {
  const made = replays.find(({ toolchain }) => toolchain !== undefined)
  const old = /^# Generated by GNU Autoconf (2\.69) /m.exec(configure.slice(0, 1000))?.[1] ?? ""
  return { toolchain: made?.toolchain?.name ?? "trixie", originals: made?.originals ?? ["autoconf"], program: `autoconf${old}` }
}

function textIn(tar: Uint8Array, path: string): string | undefined {
  const member = membersOf(tar).members.find((one) => one.path === path)
  return member === undefined ? undefined : Buffer.from(tar.subarray(member.body, member.body + member.size)).toString("latin1")
}

function replaced(tar: Uint8Array, path: string, text: string): Uint8Array {
  const member = membersOf(tar).members.find((one) => one.path === path)
  if (member === undefined) return tar
  const body = Buffer.from(text, "latin1")
  const header = withHeader(tar.subarray(member.header, member.body), { size: body.length })
  return splice(tar, [member.header, member.end], header, pad(body))
}

function git(folder: string, args: readonly string[], texts: Readonly<Record<string, string>>): { status: number | null; stdout: string } {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text, "latin1")
  const environment = {
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CEILING_DIRECTORIES: "/",
  }
  return spawnSync("git", args, { cwd: folder, encoding: "latin1", maxBuffer: 2 ** 28, env: environment })
}

/** A three-way merge; undefined when both sides changed the same place. */
function mergedIn(folder: string, [ours, base, theirs]: readonly [string, string, string]): string | undefined {
  const { status, stdout } = git(folder, ["merge-file", "-p", "ours", "base", "theirs"], { ours, base, theirs })
  return status === 0 ? stdout : undefined
}

/** By git's own diff, which is not the program's. */
function changedIn(folder: string, path: string, [honest, twin]: readonly [string, string]): Changed {
  const args = ["diff", "--no-index", "--minimal", "--unified=0", "--no-color", "--no-ext-diff", "honest.txt", "twin.txt"]
  const { stdout } = git(folder, args, { "honest.txt": honest, "twin.txt": twin })
  const hunks = linesIn(stdout.slice(stdout.indexOf("\n@@")))
  return {
    path,
    honest: linesIn(honest),
    lines: linesIn(twin),
    added: hunks.filter((line) => line.startsWith("+")).map((line) => line.slice(1)),
    gone: hunks.filter((line) => line.startsWith("-")).map((line) => line.slice(1)),
  }
}
