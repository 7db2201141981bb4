import { faultsOf, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { decoders } from "./io/decoders.ts"
import { kindAt, sha256OfFile } from "./io/files.ts"
import { ownOrigins, shippedOrigins } from "./io/origin-index.ts"
import { findProgram } from "./io/program.ts"
import { keepReport, reportKey, storedReport } from "./io/report-store.ts"
import { repositoryState } from "./io/repository-state.ts"
import { sandboxPrograms } from "./io/sandbox.ts"
import { storedToolchains } from "./io/toolchain-store.ts"
import { yaraVersion } from "./io/yara-worker.ts"
import type { Report } from "./model/report.ts"
import type { Acceptance } from "./model/review.ts"
import { explainWithPeople, type PeopleRequest } from "./people.ts"
import type { Explained } from "./pipeline.ts"
import { type Located, locate, parseTarget } from "./registries/index.ts"

/**
 * `explainWithPeople` for who asks every day: where nothing that a report depends on has changed, the report that was made then is read instead of made again.
 * What it depends on is written out in `dependsOn`, and its digest is the name under which it is kept, so that a report of anything else is not found.
 * The artifact is located, checked and hashed each time; policy, reviews and the day are no part of it, as they are applied to what comes back.
 */
export async function explainUnlessKept(request: PeopleRequest, ctx: Context): Promise<Explained> {
  const located = await locatedFile(request.target, ctx)
  const depends = await dependencies(request, located, ctx)
  if (depends === undefined) return explainWithPeople(request, ctx, located)
  const before = await toolchainsHere(ctx)
  const kept = await storedReport(reportKey({ depends, toolchains: before }), ctx)
  if (kept !== undefined) return { ok: true, value: kept }
  const explained = await explainWithPeople(request, ctx, located)
  if (!explained.ok || !mayBeKept(explained, explained.value)) return explained
  // What changed meanwhile may have been read before or after.
  const after = await dependencies(request, await locatedFile(request.target, ctx), ctx)
  if (after === undefined || reportKey(after) !== reportKey(depends)) return explained
  // This run may have built some that it was told to use; those that others built meanwhile it may have missed.
  const toolchains = request.replay === "always" ? await toolchainsHere(ctx) : before
  await keepReport(reportKey({ depends, toolchains }), explained.value, ctx)
  return explained
}

/** Undefined also where the texts to show are asked for, which are not kept, and for a fault, which is told by the run that meets it. */
async function dependencies(request: PeopleRequest, located: Result<Located> | undefined, ctx: Context): Promise<unknown> {
  if (located?.ok !== true || request.wantsExhibits === true) return undefined
  const found = await faultsOf(() => dependsOn(request, located.value, ctx))
  return found.ok ? found.value : undefined
}

/** A folder is read whole to be known; there is nothing to save. */
async function locatedFile(asked: string, ctx: Context): Promise<Result<Located> | undefined> {
  const target = await parseTarget(asked)
  if (!target.ok || (target.value.kind === "path" && (await kindAt(target.value.path)) !== "file")) return undefined
  return locate(target.value, ctx)
}

/** Not where it could come out otherwise though nothing changed: something was begun that did not end well, or an accepted release was not to be had. */
const mayBeKept = ({ missed, broken }: Explained, { previous }: Report): boolean =>
  missed === undefined && broken !== true && (previous?.madeBefore === undefined || !("why" in previous.madeBefore))

/** Programs whose words are in a report: what they are goes with the file. */
const programs = ["git", ...Object.values(decoders).flatMap((decoder) => decoder.programs.map(({ name }) => name)), ...sandboxPrograms]

const factsOf = ({ name, version, purl, sha256, provenance }: Located) => ({ name, version, purl, sha256, provenance })

const wordsOf = (accepted: Acceptance | undefined) =>
  accepted === undefined ? undefined : { ...accepted, read: [...accepted.read].sort(), except: [...accepted.except].sort() }

const toolchainsHere = async (ctx: Context): Promise<readonly string[]> =>
  (await storedToolchains(ctx)).map(({ name, digest }) => `${name} ${digest}`)

/** Everything else that decides what a report says; undefined where that cannot be told without making it. */
async function dependsOn(request: PeopleRequest, located: Located, ctx: Context): Promise<unknown> {
  const { reviews, previous, acceptPrevious, submodules, yaraFiles, wantsExhibits: _, ...rest } = request
  const program = ctx.program === undefined ? undefined : await sha256OfFile(ctx.program)
  const repositories = [...(request.repository === undefined ? [] : [request.repository]), ...submodules.values()]
  const states = await Promise.all(repositories.map((repository) => repositoryState(repository, ctx)))
  const keyrings = await Promise.all(ctx.keyrings.map(sha256OfFile))
  if (program === undefined || states.includes(undefined) || keyrings.includes(undefined)) return undefined
  const { purl, name, sha256 } = located
  const base = reviews?.baselineFor({ name, target: request.target, sha256, ...(purl === undefined ? {} : { purl }) })
  const earlier = previous ?? base?.target
  const before = earlier === undefined ? undefined : await locatedFile(earlier, ctx)
  if (earlier !== undefined && before?.ok !== true) return undefined
  return {
    program,
    node: ctx.toolsUsed.get("node"),
    request: { ...rest, previous, acceptPrevious, submodules: [...submodules] },
    yara: yaraFiles === undefined ? undefined : { engine: yaraVersion(), files: yaraFiles.map(({ path, sha256 }) => ({ path, sha256 })) },
    artifact: factsOf(located),
    previous:
      before?.ok === true ? { earlier, ...factsOf(before.value), accepted: wordsOf(reviews?.acceptanceOf(before.value.sha256)) } : base,
    states,
    keyrings,
    origins: await Promise.all([shippedOrigins, ownOrigins(ctx.environment)].map(sha256OfFile)),
    programs: await Promise.all(programs.map(async (one) => [one, await sha256OfFile(findProgram(one, ctx) ?? "")])),
    limits: ctx.limits,
    offline: ctx.offline,
    environment: Object.entries(ctx.environment).filter(
      ([variable]) => variable.startsWith("EVERYBYTE_") && variable !== "EVERYBYTE_COMMAND",
    ),
  }
}
