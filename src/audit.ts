import { FaultError, failed, faultsOf } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { exists } from "./io/files.ts"
import { heldBy } from "./io/output.ts"
import { readReviews, reviewFolder } from "./io/review-store.ts"
import { trustedKeys } from "./io/signing-key.ts"
import { readYaraFiles, yaraFilesAt } from "./io/yara-rules.ts"
import { explainUnlessKept } from "./kept-audit.ts"
import type { PackageSettings, Policy } from "./model/policy.ts"
import type { Verdict } from "./model/report.ts"
import type { YaraFile } from "./model/yara.ts"
import type { PeopleRequest } from "./people.ts"
import type { Explained, ExplainRequest } from "./pipeline.ts"
import { policyAt } from "./policy.ts"
import { parseTarget, registryFacts } from "./registries/index.ts"
import { readingOrder } from "./reporters/index.ts"
import { audit } from "./stages/audit/audit.ts"
import { Reviews } from "./stages/audit/reviews.ts"
import { settingsOf } from "./stages/audit/settings.ts"

export interface AuditRequest extends PeopleRequest {
  /** A policy file. Left out: the verdict of `explain`, and nobody's word counts. */
  readonly policy?: string | undefined
  /** A folder of reviews. Left out: our own. */
  readonly reviewFolder?: string | undefined
  /** Files of YARA rules, and folders of such. */
  readonly yara?: readonly string[] | undefined
}

/** The audited report, and the verdict at which it fails by the policy's word. */
export type Audited = Explained & { readonly failOn?: Verdict }

/** The whole pipeline and one verdict, as policy and people's word leave it. */
export async function auditRelease(request: AuditRequest, ctx: Context): Promise<Audited> {
  const prepared = await faultsOf(() => prepare(request, ctx))
  if (!prepared.ok) return failed(prepared.fault)
  const { policy, settings, asked, reviews } = prepared.value
  const explained = await explainUnlessKept(asked, ctx)
  if (!explained.ok) return explained
  const report = explained.value
  const { missed } = explained
  const words = reviews.wordsFor(report.artifact, report.previous)
  const refused = [...(missed === undefined ? [] : [missed]), ...words.refused]
  const value = audit(report, { policy, words: { ...words, refused }, day: ctx.day, order: readingOrder(report) })
  return { ...explained, value, ...(settings.failOn === undefined ? {} : { failOn: settings.failOn }) }
}

interface Prepared {
  readonly policy: Policy
  readonly settings: PackageSettings
  readonly asked: PeopleRequest
  readonly reviews: Reviews
}

/** What the policy says of the package fills in what the command line left open. */
async function prepare({ policy: policyFile, reviewFolder: reviewsAt, yara, ...request }: AuditRequest, ctx: Context): Promise<Prepared> {
  const policy = await policyAt(policyFile, ctx)
  const target = await parseTarget(request.target)
  const purl = target.ok && target.value.kind === "package" ? target.value.purl : undefined
  const settings = settingsOf(policy, purl)
  const { origins, generators } = settings
  const place = request.repository === undefined && settings.repository !== undefined ? placeOf(settings) : {}
  const trusts = { ...(origins === undefined ? {} : { origins }), ...(generators === undefined ? {} : { generators }) }
  const facts = request.facts ?? (await registryFacts(request.target, request.previous, ctx))
  const asked = { ...request, ...place, trusts, facts, inspects: true }
  const folder = await reviewFolder(reviewsAt, ctx)
  if (policyFile !== undefined) await refuseOwn("policy", policyFile, asked)
  if (await exists(folder)) await refuseOwn("folder of reviews", folder, asked)
  const rules = yara === undefined ? {} : { yaraFiles: await rulesAt(yara, asked, ctx) }
  const checking = { trusted: await trustedKeys(policy.reviewers, ctx), day: ctx.day, limits: ctx.limits }
  const reviews = new Reviews(await readReviews(folder, checking, ctx))
  return { policy, settings, asked: { ...asked, ...rules, reviews }, reviews }
}

/** Each file by itself: a folder of the user's own may have a link into what is audited. */
async function rulesAt(paths: readonly string[], asked: ExplainRequest, ctx: Context): Promise<readonly YaraFile[]> {
  const files = await yaraFilesAt(paths, ctx.limits)
  for (const file of files) await refuseOwn("file of YARA rules", file, asked)
  return await readYaraFiles(files, ctx.limits)
}

const placeOf = ({ repository, subdirectory, submodules }: PackageSettings): Partial<ExplainRequest> => ({
  repository,
  subdirectory,
  submodules,
})

/** What is audited must not say how. */
async function refuseOwn(what: string, path: string, { target, previous, repository, submodules }: ExplainRequest): Promise<void> {
  const held = await heldBy(path, {
    artifacts: [target, ...(previous === undefined ? [] : [previous])],
    repositories: [...(repository === undefined ? [] : [repository]), ...submodules.values()],
  })
  if (held === undefined) return
  const why = `the ${what} ${path} is part of ${held}, which is audited`
  throw new FaultError({ kind: "usage", why, remedy: "keep it where only you write" })
}
