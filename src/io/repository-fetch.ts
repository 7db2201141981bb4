import { mkdir, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { Anomaly } from "../core/anomaly.ts"
import { sha256Of } from "../core/digest.ts"
import { FaultError, orThrow } from "../core/fault.ts"
import { repositoryNote } from "./cache-note.ts"
import type { Context } from "./context.ts"
import { writeAtomically } from "./files.ts"
import { makeBare } from "./git-bare.ts"
import { gitEnvironment, runGit } from "./git-process.ts"
import { placeOfAddress } from "./http-fault.ts"
import { noteFetched, tagsOfClone } from "./seen-refs.ts"

const passedOn = [
  "SSH_AUTH_SOCK",
  "http_proxy",
  "https_proxy",
  "HTTPS_PROXY",
  "all_proxy",
  "ALL_PROXY",
  "no_proxy",
  "NO_PROXY",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "GIT_SSL_CAINFO",
]
const fetchSecondsMax = 4 * 3600

/**
 * The bare mirror of an address in the cache, fetched or refreshed. Branches and tags come whole, blobs included; hooks, templates and
 * every transport but the address's own are off.
 */
export async function fetchAddress(
  at: { readonly address: string; readonly scheme: string },
  ctx: Context,
): Promise<{ readonly folder: string; readonly anomalies: readonly Anomaly[] }> {
  const folder = join(ctx.cache, "repositories", sha256Of(at.address).slice(0, 32))
  const shown = placeOfAddress(at.address)
  const have = await makeBare(folder, "probe", ctx)
  if (ctx.offline) {
    if (have) return { folder, anomalies: [] }
    throw new FaultError({
      kind: "unavailable",
      source: shown,
      why: "it is not in the cache, and --offline is set",
      remedy: "run once without --offline, or give a local clone",
    })
  }
  ctx.progress(`fetching ${shown}`, 0, undefined)
  if (have) {
    const before = tagsOfClone(folder, ctx)
    const why = await fetchInto(folder, at, ctx)
    await noteFetched(folder, { before, isWhole: why === undefined }, ctx)
    return { folder, anomalies: why === undefined ? [] : [stale(shown, why)] }
  }
  const fresh = `${folder}.${process.pid}`
  await mkdir(join(ctx.cache, "repositories"), { recursive: true })
  await makeBare(fresh, "sha1", ctx)
  const why = await fetchInto(fresh, at, ctx)
  if (why !== undefined) {
    await rm(fresh, { recursive: true, force: true })
    throw new FaultError({
      kind: "unavailable",
      source: shown,
      why,
      remedy: "check the address and the network, or give a local clone",
    })
  }
  await writeAtomically(join(fresh, repositoryNote), JSON.stringify({ what: shown }))
  await noteFetched(fresh, { before: undefined, isWhole: true }, ctx)
  // Another process may have been first; its clone is as good.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }))
  return { folder, anomalies: [] }
}

const stale = (address: string, why: string): Anomaly => ({
  kind: "not-refreshed",
  severity: "note",
  message: `${address} could not be refreshed (${why}); the cached clone is used`,
  layer: "repository",
})

/** Why it failed, or undefined. */
async function fetchInto(
  folder: string,
  at: { readonly address: string; readonly scheme: string },
  ctx: Context,
): Promise<string | undefined> {
  const schemes = at.scheme === "http" ? ["http", "https"] : [at.scheme]
  const environment = Object.fromEntries(
    passedOn.flatMap((name) => (ctx.environment[name] === undefined ? [] : [[name, ctx.environment[name]]])),
  )
  const answer = orThrow(
    await runGit(gitEnvironment(folder, undefined, ctx), {
      args: [
        ...schemes.flatMap((scheme) => ["-c", `protocol.${scheme}.allow=always`]),
        ...[
          "-c",
          "http.lowSpeedLimit=1000",
          "-c",
          "http.lowSpeedTime=60",
          "-c",
          "fetch.writeCommitGraph=false",
          "-c",
          "fetch.recurseSubmodules=false",
        ],
        ...["fetch", "--quiet", "--prune", "--no-tags", "--no-auto-maintenance", "--no-write-fetch-head", "--end-of-options", at.address],
        ...["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"],
      ],
      environment: { ...environment, GIT_SSH_COMMAND: "ssh -oBatchMode=yes", GIT_SSH_VARIANT: "ssh" },
      secondsMax: fetchSecondsMax,
    }),
  )
  if (answer.code === 0) return undefined
  const said = answer.stderr.split("\n").find((line) => /^(?:fatal|error)/.test(line)) ?? `git fetch ended with ${answer.code}`
  return said.replaceAll(at.address, placeOfAddress(at.address)).replace(/[a-z][a-z0-9+.-]*:\/\/[^\s'"]+/gi, placeOfAddress)
}
