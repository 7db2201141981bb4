import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { isBuildPath } from "../../src/stages/trace/build-paths.ts"
import { pageAnswers } from "../trace-page.ts"
import type { Blobs } from "./trace-blobs.ts"
import type { Evidence } from "./trace-evidence.ts"
import { type Comparison, type Facts, git, linesIn, sampleOf } from "./trace-facts.ts"
import { Tip } from "./trace-opaque.ts"
import type { Traced } from "./traced.ts"

export interface TagRange {
  readonly from: string
  readonly to: string
}

/** The newest release that HEAD has, and the one before it: `git describe`. */
export function lastRelease(folder: string): TagRange | undefined {
  try {
    const describe = (commit: string): string => git(folder, ["describe", "--tags", "--abbrev=0", commit]).toString("utf8").trim()
    const to = describe("HEAD")
    return { from: describe(`${to}^`), to }
  } catch {
    return undefined // no tag, or one alone
  }
}

interface Asked {
  readonly facts: Facts
  readonly evidence: Evidence
  readonly blobs: Blobs
  readonly comparison: Comparison
}

const noLines = (): Record<string, number> => ({ "0": 0, "1": 0, "2": 0, "3": 0, "4": 0 })

function add(sums: Record<string, number>, level: number, count: number): void {
  sums[level] = (sums[level] ?? 0) + count
}

/** docs/trace.md, "Hands", of what is newer than a release: lines by `git blame --porcelain`, opaque bytes by the commit that gave each file its content. */
export async function compareHands(
  { from, to }: TagRange,
  hands: NonNullable<Traced["hands"]>,
  { facts, evidence, blobs, comparison }: Asked,
): Promise<void> {
  const [before, tip] = [new Tip(facts, from), new Tip(facts, to)]
  const older = new Map(before.files.map(({ path, oid }) => [path, oid]))
  const files = tip.files.filter(({ path, oid }) => older.get(path) !== oid)
  blobs.look(files.map(({ oid }) => oid))
  const known = new Set(linesIn(git(facts.folder, ["rev-list", from])))
  const [lines, build, bytes] = [noLines(), noLines(), noLines()]
  let merged = 0
  const texts = files.filter(({ oid, size }) => !blobs.isOpaque(oid) && size > 0)
  for (const [path, blamed] of await blame(
    facts.folder,
    { from, to },
    texts.map(({ path }) => path),
  ))
    for (const [oid, count] of blamed) {
      const level = evidence.standingOf.get(oid)?.level
      if (level === undefined) merged += count
      else {
        add(lines, level, count)
        if (isBuildPath(path)) add(build, level, count)
      }
    }
  for (const { path, oid, size } of files.filter((file) => blobs.isOpaque(file.oid))) {
    const origin = tip.originOf(path, oid)
    const level = evidence.standingOf.get(origin?.oid ?? "")?.level
    if (level !== undefined && !known.has(origin?.oid ?? "")) add(bytes, level, size)
  }
  const listed = (by: Record<string, number>): readonly string[] => Object.entries(by).map(([level, count]) => `${level}: ${count}`)
  comparison.lists(`lines of ${from}..${to}`, listed(hands.all.lines.levels), listed(lines))
  comparison.lists(`build lines of ${from}..${to}`, listed(hands.build.lines.levels), listed(build))
  comparison.lists(`opaque bytes of ${from}..${to}`, listed(hands.all.opaqueBytes.levels), listed(bytes))
  const said = hands.notAssessed.flatMap((one) => /^lines that a merge itself brought, .*: ([\d,]+)$/.exec(one)?.[1] ?? [])
  comparison.same("lines that a merge brought", Number((said[0] ?? "0").replaceAll(",", "")), merged)
  comparePage(to, { facts, files: texts, comparison })
}

const together = 2

/** Lines by commit of each file, but for those that were there before. */
async function blame(
  folder: string,
  { from, to }: TagRange,
  paths: readonly string[],
): Promise<readonly (readonly [string, ReadonlyMap<string, number>])[]> {
  const found: (readonly [string, ReadonlyMap<string, number>])[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const args = ["-c", "core.attributesFile=/dev/null", "blame", "--root", "--no-textconv", "--porcelain", `${from}..${to}`, "--", path]
      const env = { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" }
      const { stdout } = await promisify(execFile)("git", args, { cwd: folder, env, encoding: "latin1", maxBuffer: 2 ** 30 })
      found.push([path, linesOf(stdout)])
    }
  }
  await Promise.all(Array.from({ length: together }, worker))
  return found
}

/** git-blame(1), "The Porcelain Format": a header for each line, the commit's own facts once, the line behind a tab. */
function linesOf(porcelain: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const older = new Set<string>()
  let oid = ""
  for (const line of porcelain.split("\n")) {
    if (line === "boundary") older.add(oid)
    else if (line.startsWith("\t")) counts.set(oid, (counts.get(oid) ?? 0) + 1)
    else oid = /^([0-9a-f]{40,64}) \d+ \d+/.exec(line)?.[1] ?? oid
  }
  return new Map([...counts].filter(([one]) => !older.has(one)))
}

const filesSampled = 2

/** The page's command tells the lines of a file of HEAD. */
function comparePage(
  to: string,
  { facts, files, comparison }: { readonly facts: Facts; readonly files: Tip["files"]; readonly comparison: Comparison },
): void {
  const plain = files.filter(({ path }) => /^[\w./+-]+$/.test(path))
  for (const { path } of sampleOf(plain, filesSampled, ({ path }) => path)) {
    const now = git(facts.folder, ["ls-tree", "-r", "--name-only", "HEAD", "--", path]).toString("utf8")
    if (now === "") continue
    const text = git(facts.folder, ["cat-file", "blob", `HEAD:${path}`]).toString("latin1")
    const say = pageAnswers(facts.folder, { file: path, labels: ["lines; single-handed"] })
    comparison.same(
      `lines of ${path} at HEAD, after ${to}`,
      text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
      Number(say("lines; single")[0]),
    )
  }
}
