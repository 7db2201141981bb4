import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import type { Session } from "./kept-runs.ts"
import { Report } from "./report-schema.ts"
import { cacheArgs, commandLine, isUnreachable } from "./run-explain.ts"

/** A reviewer's place: a key of its own, a policy that names it, a folder of reviews. */
export interface Desk {
  readonly folder: string
  readonly session: Session
}

const Item = z.looseObject({ kind: z.string(), at: z.string() })
const AuditReport = Report.extend({
  audit: z.object({ open: z.array(Item), settled: z.array(Item), baseline: z.looseObject({ target: z.string() }).optional() }),
})

export interface Audited {
  readonly report: z.infer<typeof AuditReport>
  /** The file that it was read from. */
  readonly file: string
  readonly seconds: number
  readonly code: number | null
}

/** A new key, and a policy that counts its word; a sentence when that cannot be made. */
export function deskIn(folder: string, session: Session): Desk | string {
  const desk = { folder, session }
  for (const name of ["reviews", "none"]) mkdirSync(join(folder, name))
  const made = run(["review", "key", "--key", join(folder, "key.pem")], desk)
  const key = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/.exec(made.stdout)?.[0].replaceAll(/^ +/gm, "")
  if (made.status !== 0 || key === undefined) return `review key: exit ${made.status}: ${made.stderr.trim()}`
  writeFileSync(
    join(folder, "policy.json"),
    JSON.stringify({ schema: "everybyte.policy/1", reviewers: [{ name: "the reviewer of these results", key }] }),
  )
  return desk
}

/** The settings of a user's own machine do not count here. */
function run(words: readonly string[], { folder }: Desk) {
  return spawnSync(commandLine[0], [...commandLine.slice(1), ...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 28,
    timeout: 7_200_000,
    env: { ...process.env, XDG_CONFIG_HOME: join(folder, "config"), XDG_DATA_HOME: join(folder, "data") },
  })
}

let runs = 0

export function runAudit(words: readonly string[], desk: Desk): Audited | { readonly why: string; readonly notRun: boolean } {
  runs += 1
  const file = join(desk.folder, `${runs}.json`)
  rmSync(file, { force: true })
  const reviews = words.includes("--reviews") ? [] : ["--reviews", join(desk.folder, "reviews")]
  const args = ["audit", ...words, ...reviews, "--policy", join(desk.folder, "policy.json"), "--format", "json", "-o", file]
  const started = performance.now()
  const ran = run([...args, ...cacheArgs(desk.session.cache)], desk)
  const seconds = (performance.now() - started) / 1000
  if (!existsSync(file))
    return { why: `exit ${ran.status ?? ran.signal}: ${ran.stderr.trim().slice(0, 300)}`, notRun: isUnreachable(ran.stderr) }
  return { report: AuditReport.parse(JSON.parse(readFileSync(file, "utf8"))), file, seconds, code: ran.status }
}

/** Signs for all that is open; a sentence when it is refused. */
export function signed({ file }: Audited, desk: Desk): string | undefined {
  const { folder } = desk
  const words = [
    "review",
    "sign",
    file,
    "--reason",
    "an honest release, read",
    "--key",
    join(folder, "key.pem"),
    "--reviews",
    join(folder, "reviews"),
  ]
  const ran = run(words, desk)
  return ran.status === 0 ? undefined : `review sign: exit ${ran.status}: ${ran.stderr.trim()}`
}
