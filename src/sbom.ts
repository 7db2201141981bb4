import { type AuditRequest, auditRelease } from "./audit.ts"
import { explainFault, FaultError, faultsOf, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { kindAt } from "./io/files.ts"
import { heldBy } from "./io/output.ts"
import { readSbom } from "./io/sbom.ts"
import type { Policy } from "./model/policy.ts"
import { type Report, type Verdict, verdicts } from "./model/report.ts"
import type { AuditedComponent, SbomAudit, SbomComponent } from "./model/sbom.ts"
import { policyAt } from "./policy.ts"
import { parseTarget } from "./registries/index.ts"

/** What of an audit's words can be of many packages; their repositories are the policy's to name. */
export type SbomRequest = Pick<AuditRequest, "policy" | "reviewFolder" | "replay" | "yara"> & { readonly path: string }

/** The audit, and the verdict at which it fails by the policy's word. */
export interface AuditedSbom {
  readonly audited: SbomAudit
  readonly failOn?: Verdict
}

/** Whether a file is a CycloneDX SBOM in JSON: by what it says of itself, and read only where its name ends so. */
export const isSbom = (path: string, ctx: Context): Promise<Result<boolean>> =>
  faultsOf(async () => (await sbomAt(path, ctx)) !== undefined)

const sbomAt = async (path: string, ctx: Context): ReturnType<typeof readSbom> =>
  path.endsWith(".json") && (await kindAt(path)) === "file" ? readSbom(path, ctx.limits) : undefined

/** Audits each package that a CycloneDX SBOM lists, once. What cannot be fetched is undetermined, never passed over. */
export const auditSbom = (request: SbomRequest, ctx: Context): Promise<Result<AuditedSbom>> =>
  faultsOf(async () => {
    const { path, policy } = request
    const sbom = await sbomAt(path, ctx)
    if (sbom === undefined) throw new FaultError({ kind: "usage", why: `${path} is no CycloneDX SBOM in JSON`, remedy: "name one" })
    const failOn = policy === undefined ? undefined : (await ownPolicy(policy, path, ctx)).failOn
    const { components: listed, ...named } = sbom
    const groups = await packagesOf(listed)
    const components: AuditedComponent[] = []
    for (const group of groups) {
      ctx.progress("packages of the SBOM", components.length, groups.length)
      components.push(await auditGroup(group, request, ctx))
    }
    const verdict = components.length === 0 ? "undetermined" : worstOf(components.map((one) => one.verdict))
    const audited: SbomAudit = { schema: "everybyte.sbom/1", sbom: named, verdict, day: ctx.day, components }
    return { audited, ...(failOn === undefined ? {} : { failOn }) }
  })

/** What is audited must not say how. */
async function ownPolicy(policy: string, path: string, ctx: Context): Promise<Policy> {
  if ((await heldBy(policy, { artifacts: [path], repositories: [] })) === undefined) return policyAt(policy, ctx)
  throw new FaultError({ kind: "usage", why: `the policy ${policy} is what is audited`, remedy: "name another file" })
}

const worstOf = (all: readonly Verdict[]): Verdict =>
  all.reduce<Verdict>((worst, one) => (verdicts.indexOf(one) > verdicts.indexOf(worst) ? one : worst), "accounted")

/** Components of one package, or one about which nothing can be asked. */
interface Group {
  readonly components: readonly SbomComponent[]
  readonly asked: { readonly purl: string } | { readonly why: string }
}

/** By package URL in its canonical spelling, in the order in which the SBOM first has each. */
async function packagesOf(listed: readonly SbomComponent[]): Promise<readonly Group[]> {
  const groups = new Map<string, { components: SbomComponent[]; asked: Group["asked"] }>()
  for (const component of listed) {
    const asked = await askedOf(component)
    const key = JSON.stringify("purl" in asked ? asked.purl : [component.name, component.purl, asked.why])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { components: [component], asked })
    else group.components.push(component)
  }
  return [...groups.values()]
}

/** Only a package URL: a path or an address would let an SBOM choose what of this machine or network is read. */
async function askedOf({ purl, why }: SbomComponent): Promise<Group["asked"]> {
  if (purl === undefined || why !== undefined) return { why: why ?? "it has no package URL" }
  if (!purl.startsWith("pkg:")) return { why: "what stands for its package URL is none" }
  const target = await parseTarget(purl)
  if (!target.ok) return { why: explainFault(target.fault) }
  if (target.value.kind !== "package") return { why: "what stands for its package URL is none" }
  return target.value.version === undefined ? { why: "its package URL has no version" } : { purl: target.value.purl }
}

async function auditGroup(
  { components, asked }: Group,
  { policy, reviewFolder, replay, yara }: SbomRequest,
  ctx: Context,
): Promise<AuditedComponent> {
  const [first] = components
  const line = { name: first?.name ?? "", listed: components.length }
  const purl = "purl" in asked ? asked.purl : first?.purl
  const named = purl === undefined ? line : { ...line, purl }
  if (!("purl" in asked)) return { ...named, verdict: "undetermined", reasons: [asked.why], toRead: 0 }
  const audited = await auditRelease(
    { ...alone, target: asked.purl, policy, reviewFolder, yara, ...(replay === undefined ? {} : { replay }) },
    ctx,
  )
  if (!audited.ok) return { ...named, verdict: "undetermined", reasons: [explainFault(audited.fault)], toRead: 0 }
  const { verdict, reasons, artifact, ledger } = audited.value
  const other = otherBytes(components, audited.value)
  return {
    ...named,
    verdict: worstOf([verdict, ...other.map(() => "review" as const)]),
    reasons: [...other, ...reasons],
    sha256: artifact.sha256,
    toRead: ledger.totals.toRead,
    ...(audited.failOn === undefined ? {} : { failOn: audited.failOn }),
  }
}

const alone = {
  repository: undefined,
  ref: undefined,
  subdirectory: undefined,
  submodules: new Map<string, string>(),
  previous: undefined,
  acceptPrevious: false,
  // An SBOM's report does not say them.
  wantsPeople: false,
}

/** A verdict on other bytes than an SBOM lists is not about what it lists. */
function otherBytes(components: readonly SbomComponent[], { artifact }: Report): readonly string[] {
  const listed = new Set(components.flatMap(({ sha256 }) => sha256))
  listed.delete(artifact.sha256)
  return [...listed].map((sha256) => `the SBOM lists SHA-256 ${sha256}, which the release does not have`)
}
