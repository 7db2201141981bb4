import { FaultError, failed, faultsOf } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { isoDay } from "./io/origin-catalogue.ts"
import { today } from "./io/origin-store.ts"
import { heldBy } from "./io/output.ts"
import { readPolicy } from "./io/policy-file.ts"
import { type PackageSettings, type Policy, policyDefault } from "./model/policy.ts"
import type { Report, Verdict } from "./model/report.ts"
import type { Words } from "./model/review.ts"
import { type Explained, type ExplainRequest, explainRelease } from "./pipeline.ts"
import { parseTarget } from "./registries/index.ts"
import { readingOrder } from "./reporters/index.ts"
import { audit } from "./stages/audit/audit.ts"
import { settingsOf } from "./stages/audit/settings.ts"

export interface AuditRequest extends ExplainRequest {
  /** A policy file. Left out: the verdict of `explain`, and nobody's word counts. */
  readonly policy?: string | undefined
  /** The day for which expiry is decided, YYYY-MM-DD. Left out: today. */
  readonly day?: string
}

/** The audited report, and the verdict at which it fails by the policy's word. */
export type Audited = Explained & { readonly failOn?: Verdict }

/** The whole pipeline and one verdict, as policy and people's word leave it. */
export async function auditRelease(request: AuditRequest, ctx: Context): Promise<Audited> {
  const prepared = await faultsOf(() => prepare(request, ctx))
  if (!prepared.ok) return failed(prepared.fault)
  const { policy, settings, asked } = prepared.value
  const explained = await explainRelease(asked, ctx)
  if (!explained.ok) return explained
  const report = explained.value
  const words = wordsFor(report)
  const day = request.day ?? isoDay(today())
  const value = audit(report, { policy, words, day, order: readingOrder(report) })
  return { ...explained, value, ...(settings.failOn === undefined ? {} : { failOn: settings.failOn }) }
}

/** Nobody's word, until there is a store of reviews. */
const wordsFor = (_: Report): Words => ({ reviews: [], refused: [] })

interface Prepared {
  readonly policy: Policy
  readonly settings: PackageSettings
  readonly asked: ExplainRequest
}

/** What the policy says of the package fills in what the command line left open. */
async function prepare(request: AuditRequest, ctx: Context): Promise<Prepared> {
  const policy = request.policy === undefined ? policyDefault : await readPolicy(request.policy, ctx.limits)
  const target = await parseTarget(request.target)
  const purl = target.ok && target.value.kind === "package" ? target.value.purl : undefined
  const settings = settingsOf(policy, purl)
  const { origins, generators } = settings
  const place = request.repository === undefined && settings.repository !== undefined ? placeOf(settings) : {}
  const trusts = { ...(origins === undefined ? {} : { origins }), ...(generators === undefined ? {} : { generators }) }
  const asked = { ...request, ...place, trusts }
  if (request.policy !== undefined) await refuseOwn(request.policy, asked)
  return { policy, settings, asked }
}

const placeOf = ({ repository, subdirectory, submodules }: PackageSettings): Partial<ExplainRequest> => ({
  repository,
  subdirectory,
  submodules,
})

/** What is audited must not say how. */
async function refuseOwn(path: string, { target, previous, repository, submodules }: ExplainRequest): Promise<void> {
  const held = await heldBy(path, {
    artifacts: [target, ...(previous === undefined ? [] : [previous])],
    repositories: [...(repository === undefined ? [] : [repository]), ...submodules.values()],
  })
  if (held === undefined) return
  const why = `the policy ${path} is part of ${held}, which is audited`
  throw new FaultError({ kind: "usage", why, remedy: "keep it where only you write" })
}
