/**
 * Runs of the command line are kept in the cache folder, so that results resume where they were stopped. A run counts again only for the same code and the same
 * inputs; code that is not committed has no name, so what it gives is neither kept nor taken.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync, gzipSync } from "node:zlib"
import { z } from "zod"
import { canonicalJson } from "../../src/core/canonical-json.ts"
import { sha256Of } from "../../src/core/digest.ts"
import { createContext } from "../../src/io/create-context.ts"
import { Report } from "./report-schema.ts"

/** Where results are measured. `use`: an earlier run with the same code and inputs counts; `renew`: it is measured again, and kept. */
export interface Session {
  readonly cache: string | undefined
  readonly kept: "use" | "renew" | "no"
}

const Kept = z.object({ report: z.unknown(), seconds: z.number() })

/** Where the run with these words is kept; undefined: the code has changes that are not committed, or nothing is to be kept. */
export function placeOf(
  asked: { readonly target: string; readonly repositories: readonly string[]; readonly words: readonly string[] },
  { cache, kept }: Session,
): string | undefined {
  if (kept === "no" || codeId === undefined) return undefined
  const target = existsSync(asked.target) ? createHash("sha256").update(readFileSync(asked.target)).digest("hex") : asked.target
  const key = sha256Of(canonicalJson({ code: codeId, target, words: asked.words, refs: asked.repositories.map(refsOf) }))
  return join(createContext({ cache }).cache, "results", `${key}.json.gz`)
}

/** The run that is kept there, unless a toolchain that it used is gone: another one could give another result. */
export function keptRun(place: string, { cache, kept }: Session): { readonly report: Report; readonly seconds: number } | undefined {
  if (kept !== "use" || !existsSync(place)) return undefined
  const found = Kept.parse(JSON.parse(gunzipSync(readFileSync(place)).toString("utf8")))
  const report = Report.safeParse(found.report).data
  const folder = join(createContext({ cache }).cache, "toolchains")
  const gone = report?.replays?.some(
    ({ toolchain }) => toolchain !== undefined && !existsSync(join(folder, `${toolchain.name}-${toolchain.digest.slice(0, 16)}`)),
  )
  return report === undefined || gone === true ? undefined : { report, seconds: found.seconds }
}

export function keepRun(place: string, report: unknown, seconds: number): void {
  mkdirSync(dirname(place), { recursive: true })
  const partial = `${place}.${process.pid}`
  writeFileSync(partial, gzipSync(JSON.stringify({ report, seconds })))
  renameSync(partial, place)
}

const environment = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" }

function git(...args: readonly string[]): string | undefined {
  const run = spawnSync("git", args, { encoding: "utf8", maxBuffer: 2 ** 28, env: environment })
  return run.status === 0 ? run.stdout : undefined
}

/** The trees of what decides a result. */
const decides = ["src", "data", "package-lock.json", "everybyte", "tools/node.mjs"]
const codeId = codeIn(fileURLToPath(new URL("../..", import.meta.url)))

function codeIn(checkout: string): string | undefined {
  const changes = git("-C", checkout, "status", "--porcelain", "--", ...decides)
  return changes === "" ? git("-C", checkout, "rev-parse", ...decides.map((path) => `HEAD:${path}`)) : undefined
}

const refs = new Map<string, string>()

/** All refs of a repository `PATH[@REF]`: what is inferred is inferred from them. */
function refsOf(repository: string): string {
  const path = existsSync(repository) ? repository : repository.slice(0, repository.lastIndexOf("@"))
  const folder = existsSync(join(path, ".git")) ? join(path, ".git") : path
  const known = refs.get(folder) ?? git("--git-dir", folder, "for-each-ref") ?? "?"
  refs.set(folder, known)
  return sha256Of(known)
}
