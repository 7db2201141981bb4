import { join } from "node:path"
import { sha256Of } from "../../core/digest.ts"
import { explainFault, FaultError, faultsOf } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { sizeOf } from "../../io/files.ts"
import type { Downloaded } from "../../io/http.ts"
import { lendFile, lendFolder, lendText } from "../../io/lend.ts"
import type { LockedPackage, Procedure, ReplayMode } from "../../model/replay.ts"
import { type PackageSource, packageSource } from "../../registries/index.ts"

/** The packages of a procedure, each with its digest: what comes out depends on them, so that they are part of its name. */
export interface Packages {
  readonly list: readonly LockedPackage[]
  /** How many have no other digest than the registry's word. */
  readonly undigested: number
  readonly digest: string
  /**
   * Writes them into a folder that the sandbox will read: `packages.json`, `packages/NAME@VERSION.tgz`, a `+` for a scope's `/`. Gives back those that the registry
   * has no more; the sandbox makes do without.
   */
  bring(folder: string): Promise<readonly string[]>
}

/** Packages that a replay may lack: tools of a project's development that its build does not need, gone from the registry. */
const absentMax = 16

/** The registry is asked so many at once. */
const connectionsMax = 8

/** `auto` asks nobody: it takes what is in the cache, or says how much is not. */
export async function packagesOf(
  { packages: wanted = [], tools }: Pick<Procedure, "packages" | "tools">,
  mode: ReplayMode,
  outer: Context,
): Promise<Packages> {
  if (wanted.length === 0) return { list: [], undigested: 0, digest: sha256Of("[]"), bring: async () => [] }
  const { replayPackagesMax, replayPackagesBytesMax } = outer.limits
  if (wanted.length > replayPackagesMax) throw tooMany("replayPackagesMax", replayPackagesMax)
  const offline = outer.offline || mode !== "always"
  const ctx: Context = {
    ...outer,
    offline,
    limits: { ...outer.limits, artifactBytesMax: replayPackagesBytesMax },
    progress: () => undefined,
  }
  const source = await packageSource(wanted, ctx)
  const told = { ...ctx, progress: outer.progress }
  const asked = await fromAll("asking for the digests of packages", wanted, (one) => atHand(one, source, ctx), told)
  const promised = asked.flatMap((one) => one ?? [])
  const list = [...new Map(promised.map((one) => [`${fileNameOf(one)} ${one.integrity ?? ""}`, one])).values()]
  const names = list.map(fileNameOf)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined)
    throw new FaultError({ kind: "malformed", layer: `the lock file's ${twice}`, offset: 0, expected: "one digest for each package" })
  const bring = async (folder: string): Promise<readonly string[]> => {
    let bytes = 0
    let absent = 0
    const bringOne = async (one: LockedPackage): Promise<Downloaded | undefined> => {
      const fetched = await faultsOf(() => source.download(one, offline))
      if (!fetched.ok) {
        const spared = fetched.fault.kind === "unavailable" && !offline && !tools.some((tool) => tool.package === one.name)
        absent += 1
        if (spared && absent <= absentMax && (await source.lacks(one))) return undefined
        throw new FaultError(fetched.fault)
      }
      const size = await sizeOf(fetched.value.path)
      bytes += size // not in one with the wait: several come at once
      if (bytes > replayPackagesBytesMax) throw tooMany("replayPackagesBytesMax", replayPackagesBytesMax)
      return fetched.value
    }
    const fetched = await fromAll("fetching packages", list, bringOne, told)
    await lendFolder(join(folder, "packages"))
    for (const [at, one] of fetched.entries()) if (one !== undefined) await lendFile(one.path, join(folder, "packages", names[at] ?? ""))
    await lendText(join(folder, "packages.json"), JSON.stringify(list))
    return list.flatMap(({ type = "npm", name, version }, at) => (fetched[at] === undefined ? [`${type}:${name}@${version}`] : []))
  }
  return {
    list,
    undigested: wanted.filter(({ integrity }, at) => integrity === undefined && asked[at] !== undefined).length,
    digest: sha256Of(JSON.stringify(list)),
    bring,
  }
}

const fileNameOf = ({ type, name, version }: LockedPackage): string =>
  type === "pypi" ? `${name}-${version}.whl` : `${name.replace("/", "+")}@${version}.tgz`

/** The package with its digest; undefined where it is optional and cannot be had: nothing that is only better with it fails for the lack of it. */
async function atHand(wanted: LockedPackage, source: PackageSource, ctx: Context): Promise<LockedPackage | undefined> {
  if (wanted.optional !== true) return source.promised(wanted)
  const found = await faultsOf(async () => {
    const promised = await source.promised(wanted)
    await source.download(promised, ctx.offline)
    return promised
  })
  return found.ok ? found.value : undefined
}

/** In the order of the list. A fault that is not about a missing one ends it; those that are missing are counted. */
async function fromAll<T>(
  what: string,
  list: readonly LockedPackage[],
  ask: (one: LockedPackage) => Promise<T>,
  ctx: Context,
): Promise<readonly T[]> {
  const answers: T[] = []
  const missing: string[] = []
  const left = [...list.entries()].reverse()
  let done = 0
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [at, one] = next
      const answer = await faultsOf(() => ask(one))
      if (answer.ok) answers[at] = answer.value
      else if (answer.fault.kind === "unavailable") missing.push(`${one.name}@${one.version}: ${explainFault(answer.fault)}`)
      else {
        left.length = 0 // the others end with what they are at
        throw new FaultError(answer.fault)
      }
      done += 1
      ctx.progress(what, done, list.length)
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: connectionsMax }, work))
  const broken = ended.find((one) => one.status === "rejected")
  if (broken !== undefined) throw broken.reason
  if (missing.length > 0) throw lacking(missing.sort(), list.length, ctx.offline)
  return answers
}

const tooMany = (limit: "replayPackagesMax" | "replayPackagesBytesMax", max: number) =>
  new FaultError({ kind: "over-limit", layer: "the packages of its lock file", limit, max })

const lacking = (missing: readonly string[], total: number, offline: boolean) =>
  new FaultError({
    kind: "unavailable",
    source: "the packages of its lock file",
    why: `${missing.length} of ${total} ${offline ? "are not in the cache" : `cannot be had, the first is ${missing[0]}`}`,
    remedy: offline ? "--replay always fetches them from your registry" : "give npm a registry that has them",
  })
