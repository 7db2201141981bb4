import { explainFault, failed, type Result } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import type { SignatureCheck, SignatureChecks } from "../io/git-signatures.ts"
import type { RegistryFacts } from "../model/registry-facts.ts"
import type { LockedPackage } from "../model/replay.ts"
import type { Target } from "../model/target.ts"
import { locatePath } from "./local.ts"
import type { PackageSource } from "./package-source.ts"
import { followedBy } from "./published.ts"
import type { Located, PackageTarget, Registry } from "./registry.ts"
import { targetOf } from "./target.ts"

export type { Located, PackageSource }

/** Every registry, by the type of its short form, loaded when it is asked for. A new one is a folder and a line here. */
export const registries = {
  cargo: async () => (await import("./cargo/index.ts")).cargo,
  deb: async () => (await import("./deb/binary.ts")).deb,
  "deb-src": async () => (await import("./deb/index.ts")).debSrc,
  gem: async () => (await import("./gem/index.ts")).gem,
  golang: async () => (await import("./golang/index.ts")).golang,
  maven: async () => (await import("./maven/index.ts")).maven,
  npm: async () => (await import("./npm/index.ts")).npm,
  pypi: async () => (await import("./pypi/index.ts")).pypi,
  rpm: async () => (await import("./rpm/index.ts")).rpm,
} as const satisfies Record<string, () => Promise<Registry>>

const byType: ReadonlyMap<string, () => Promise<Registry>> = new Map(Object.entries(registries))

/** What the user means by `text`. */
export const parseTarget = (text: string): Promise<Result<Target>> => targetOf(text, byType)

/** Brings a target's bytes onto this machine and says who vouches for them. Folders are opened elsewhere. */
export async function locate(target: Target, ctx: Context): Promise<Result<Located>> {
  if (target.kind === "path") return locatePath(target.path, ctx)
  if (target.kind === "address") return (await import("./address.ts")).locateAddress(target.url, ctx)
  const load = byType.get(target.type)
  if (load !== undefined) return (await load()).locate(target, ctx)
  return failed({
    kind: "usage",
    why: `there is no registry ${target.type} here`,
    remedy: `those there are: ${[...byType.keys()].join(", ")}`,
  })
}

/** What the registry of a package says of it beside its bytes, compared with an earlier release of the same package where one is given. One that gives no answer says why. */
export async function registryFacts(asked: string, earlier: string | undefined, ctx: Context): Promise<RegistryFacts | undefined> {
  const [target, since] = [await packageAt(asked), earlier === undefined ? undefined : await packageAt(earlier)]
  const registry = target === undefined ? undefined : await byType.get(target.type)?.()
  if (target === undefined || registry?.facts === undefined) return undefined
  const isSame = since?.type === target.type && since.name === target.name
  const found = await registry.facts(target, isSame ? since.version : undefined, ctx)
  return found.ok ? found.value : { why: explainFault(found.fault) }
}

/** The short form of the release before one, as the registry of its package lists them. */
export async function releaseBefore(asked: string, ctx: Context): Promise<Result<string>> {
  const target = await packageAt(asked)
  const registry = target === undefined ? undefined : await byType.get(target.type)?.()
  const remedy = "name the release with --previous"
  if (target === undefined || registry?.facts === undefined)
    return failed({ kind: "usage", why: `${asked} is no package of npm, PyPI or crates, which tell what came before a release`, remedy })
  // Of one file (a wheel, say) another one of the version before would be compared.
  if (target.qualifiers !== undefined)
    return failed({ kind: "usage", why: `${asked} names one file of its release, and not which of the release before is like it`, remedy })
  const found = await registry.facts(target, undefined, ctx)
  if (!found.ok) return found
  const { versions = [], why } = found.value
  const version = followedBy(versions, target.version)
  if (version !== undefined) return { ok: true, value: `${target.type}:${target.name}@${version}` }
  if (target.version === undefined && versions.length === 0)
    return failed({ kind: "usage", why: why ?? `its registry tells nothing of ${asked}`, remedy: "name its version" })
  const none = versions.length === 0 ? "its registry does not say when its versions came" : "its registry lists no release before it"
  return failed({ kind: "unavailable", source: asked, why: why ?? none, remedy })
}

/** The short form of the version of a package that an installer takes for what another of its type requires. */
export async function chosenFor(type: string, name: string, requirement: string, ctx: Context): Promise<Result<string>> {
  const registry = await byType.get(type)?.()
  if (registry?.chosen !== undefined) return registry.chosen(name, requirement, ctx)
  const remedy = "look at it yourself"
  return failed({ kind: "unavailable", source: `${type}:${name}`, why: `what a ${type} package requires is not read`, remedy })
}

async function packageAt(asked: string): Promise<PackageTarget | undefined> {
  const target = await parseTarget(asked)
  return target.ok && target.value.kind === "package" ? target.value : undefined
}

/** Where the packages of a procedure come from, which are of one kind. */
export const packageSource = async (packages: readonly LockedPackage[], ctx: Context): Promise<PackageSource> =>
  packages.some(({ type }) => type === "pypi")
    ? (await import("./pypi/package.ts")).pythonIndex(ctx)
    : (await import("./npm/package.ts")).packageSource(packages, ctx)

/** Checks signatures of commits and tags with the key files and the allowed signers that the user trusts; undefined where there are none. */
export async function trustedSignatureChecks(ctx: Context, signersAt: readonly string[] = []): Promise<SignatureChecks | undefined> {
  if (ctx.keyrings.length === 0 && signersAt.length === 0) return undefined
  return {
    ...(ctx.keyrings.length === 0 ? {} : { openpgp: await openpgpCheck(ctx) }),
    ...(signersAt.length === 0 ? {} : { ssh: await sshCheck(signersAt, ctx) }),
  }
}

async function openpgpCheck(ctx: Context): Promise<SignatureCheck> {
  const [{ gitSignatureCheck }, { trustedKeys }] = await Promise.all([import("./git-signature.ts"), import("./signature.ts")])
  return gitSignatureCheck(await trustedKeys(ctx))
}

async function sshCheck(paths: readonly string[], ctx: Context): Promise<SignatureCheck> {
  const [{ gitSshSignatureCheck }, { readAllowedSigners }] = await Promise.all([
    import("./git-ssh-signature.ts"),
    import("./allowed-signers.ts"),
  ])
  return gitSshSignatureCheck(await readAllowedSigners(paths, ctx))
}
