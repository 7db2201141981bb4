import { explainFault, FaultError, faultsOf, type Result } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import { diskFaults } from "../io/disk-fault.ts"
import { FileTree } from "../io/file-tree.ts"
import type { Downloaded } from "../io/http.ts"
import { keepToolchain, removeTree, storedToolchain, toolchainWorkshop } from "../io/toolchain-store.ts"
import type { Toolchain, ToolchainPackage } from "../model/toolchain.ts"
import { elsewhere, type Fetcher, fetcher } from "../registries/deb/suite.ts"
import { furnishRoot, furnishTools } from "./furnish.ts"
import type { Part, ToolchainPlan } from "./plan.ts"
import { unpackDeb, unpackTarball } from "./unpack.ts"

/** Mirrors are asked for so many files at once. */
const connectionsMax = 4

/**
 * Fetches and unpacks what was planned. Downloads are kept as they come, so that a build that was broken off goes on where it stopped; the root
 * gets its name when it is whole. A package that no mirror gives is left out and named in `missing`.
 */
export async function buildToolchain(plan: ToolchainPlan, ctx: Context): Promise<Result<Toolchain>> {
  const built = await diskFaults(ctx.cache, () => faultsOf(() => buildOrThrow(plan, ctx)))
  return built.ok ? built.value : built
}

async function buildOrThrow(plan: ToolchainPlan, ctx: Context): Promise<Toolchain> {
  const before = await storedToolchain(plan, ctx)
  if (before !== undefined) return before
  const fetched = await fetchAll(plan, ctx)
  const workshop = await toolchainWorkshop(ctx)
  try {
    const tree = new FileTree(workshop.root, ctx.limits)
    await fill(tree, fetched, plan, ctx)
    const { name, digest, suite, date, architecture } = plan
    const packages = plan.packages.filter(({ sha256 }) => fetched.files.has(sha256))
    const originals = plan.originals.filter(({ file }) => fetched.files.has(file.sha256))
    const note = {
      ...{ name, digest, suite, date, architecture, packages, installedBytes: tree.bytes },
      originals: originals.map(({ is, file }) => ({ name: is, file: file.name, sha256: file.sha256 })),
      missing: [...plan.missing, ...fetched.missing],
    }
    return await keepToolchain(workshop, note, ctx)
  } finally {
    await removeTree(workshop.folder)
  }
}

interface Fetched {
  /** Paths by digest. */
  readonly files: ReadonlyMap<string, string>
  readonly missing: readonly string[]
}

async function fetchAll(plan: ToolchainPlan, ctx: Context): Promise<Fetched> {
  const files = new Map<string, string>()
  const missing: string[] = []
  const quiet: Context = { ...ctx, progress: () => undefined }
  const bring = await fetcher(quiet)
  const left = [...plan.parts, ...plan.originals.map(({ file }) => ({ is: undefined, file }))].reverse()
  const total = left.reduce((sum, { file }) => sum + file.size, 0)
  let done = 0
  const work = async (): Promise<void> => {
    for (let part = left.pop(); part !== undefined; part = left.pop()) {
      const { file } = part
      const answer = await fetchOne(bring, part, plan, quiet)
      if (answer.ok) files.set(file.sha256, answer.value.path)
      else if (answer.fault.kind === "unavailable" && !ctx.offline) missing.push(`${file.name}: unavailable: ${explainFault(answer.fault)}`)
      else {
        left.length = 0 // the others end with what they are at
        throw new FaultError(answer.fault)
      }
      done += file.size
      ctx.progress(`downloading ${plan.name}`, done, total)
    }
  }
  await Promise.all(Array.from({ length: connectionsMax }, work))
  return { files, missing: missing.sort() }
}

/** From the suite's own mirrors, else from those of its updates. */
async function fetchOne(
  bring: Fetcher,
  { is, file }: Part<ToolchainPackage | undefined>,
  plan: ToolchainPlan,
  ctx: Context,
): Promise<Result<Downloaded>> {
  const first = await faultsOf(() => bring(file))
  if (first.ok || first.fault.kind !== "unavailable" || is === undefined || ctx.offline) return first
  const others = await faultsOf(() => elsewhere(is, plan, ctx))
  return others.ok && others.value.length > 0 ? faultsOf(() => bring({ ...file, addresses: others.value })) : first
}

/** In the order of the packages' names; where two have the same file, the later one counts. Upstream's tarballs come to stand apart. */
async function fill(tree: FileTree, { files }: Fetched, plan: ToolchainPlan, ctx: Context): Promise<void> {
  furnishRoot(tree, plan.architecture)
  const total = plan.parts.length + plan.originals.length
  let done = 0
  const step = (): void => {
    done += 1
    ctx.progress(`unpacking ${plan.name}`, done, total)
  }
  const at = <T>({ file }: Part<T>): string | undefined => files.get(file.sha256)
  for (const part of plan.parts) {
    const path = at(part)
    if (path !== undefined) await unpackDeb(path, part.file.name, tree, ctx)
    step()
  }
  await furnishTools(tree)
  for (const part of plan.originals) {
    const path = at(part)
    if (path !== undefined) await unpackTarball({ path, name: part.file.name }, `usr/src/upstream/${part.is}`, tree, ctx)
    step()
  }
}
