/**
 * `npm run origins [-- --output FILE] [--cache DIR] [--offline]`: makes data/origins.sqlite from the repositories below EVERYBYTE_REPOSITORIES and the release archives
 * of a Debian mirror. The same repositories and archives give the same bytes; docs/origins.md says more.
 */
import { statSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { explainFault, FaultError, orThrow } from "../src/core/fault.ts"
import type { Context } from "../src/io/context.ts"
import { createContext } from "../src/io/create-context.ts"
import { openRepository } from "../src/io/git.ts"
import { Catalogue, dayOf } from "../src/io/origin-catalogue.ts"
import { shippedOrigins } from "../src/io/origin-index.ts"
import { writeOrigins } from "../src/io/origin-write.ts"
import { parseTarget } from "../src/registries/index.ts"
import { learnRelease } from "../src/stages/learn/learn-release.ts"
import { type LearnedRepository, learnRepository } from "../src/stages/learn/learn-repository.ts"
import { open } from "../src/stages/open/open.ts"
import { findRepository } from "../test/results/repositories.ts"
import { type OriginSource, originSources } from "./origin-sources.ts"

const { values } = parseArgs({
  options: { output: { type: "string", default: shippedOrigins }, cache: { type: "string" }, offline: { type: "boolean", default: false } },
})
const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** Named so often in one gap; the rest is counted. */
const namedMax = 400

type Sources = { readonly location: string; readonly id: string }[]

async function learnHistory(source: OriginSource, catalogue: Catalogue, ctx: Context, sources: Sources): Promise<LearnedRepository> {
  const found = findRepository(source.repository)
  if (!found.ok) throw new FaultError({ kind: "unavailable", source: source.name, why: found.why, remedy: "see docs/origins.md" })
  const repository = orThrow(await openRepository(found.path, ctx))
  try {
    const learned = await learnRepository(
      repository,
      { origin: source.name, wants: source.wants, refs: source.refs, tags: source.tags },
      catalogue,
      ctx,
    )
    sources.push({ location: source.repository, id: learned.newest ?? "" })
    return learned
  } finally {
    await repository.close()
  }
}

/** Days of releases, from the commits that their tags name. */
function daysOf(learned: LearnedRepository): ReadonlyMap<string, number> {
  return new Map(learned.releases.map(({ version, seconds }) => [plain(version), dayOf(seconds)]))
}

/** Of a release that has no tag: the day of the next one that has. It is never too early. */
const dayBefore = (days: ReadonlyMap<string, number>, version: string): number | undefined => {
  const later = [...days].filter(([tagged]) => compareVersions(tagged, version) > 0).map(([, day]) => day)
  return later.length === 0 ? undefined : Math.min(...later)
}

function compareVersions(a: string, b: string): number {
  const [some, more] = [a.split("."), b.split(".")]
  for (let at = 0; at < Math.max(some.length, more.length); at += 1) {
    const difference = Number.parseInt(some[at] ?? "0", 10) - Number.parseInt(more[at] ?? "0", 10)
    if (difference !== 0) return difference
  }
  return 0
}

/** `2022.09.03` and `20220903`, `2.64+dfsg` and `2.64`: as one spelling. */
const plain = (version: string): string => version.replace(/\+.*$/, "").replace(/^(\d{4})\.(\d{2})\.(\d{2})$/, "$1$2$3")

/** A version that is a day: gnulib's snapshots, releases of the archive that no tag names. */
function dayIn(version: string): number | undefined {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(plain(version)) ?? []
  return year === undefined ? undefined : dayOf(Date.UTC(Number(year), Number(month) - 1, Number(date)) / 1000)
}

async function learnArchives(source: OriginSource, learned: LearnedRepository, catalogue: Catalogue, ctx: Context, sources: Sources) {
  const days = daysOf(learned)
  const newest = Math.max(...days.values())
  const had = new Set<string>()
  const gaps: string[] = []
  for (const asked of source.releases) {
    const artifact = await open(asked, orThrow(await parseTarget(asked)), ctx)
    if (!artifact.ok) {
      say(`  ${explainFault(artifact.fault)}`)
      gaps.push(`the archive of ${asked.replace(/^.*@/, "")} was not to be had`)
      continue
    }
    const version = asked.replace(/^.*@/, "")
    const day = days.get(plain(version)) ?? dayIn(version) ?? newest
    const archive =
      source.archive === undefined ? undefined : { ...source.archive, dayOf: (inner: string) => days.get(inner) ?? dayBefore(days, inner) }
    const versions = await learnRelease(artifact.value, { origin: source.name, version, day, wants: source.wants, archive }, catalogue, ctx)
    for (const one of versions) had.add(plain(one))
    sources.push({ location: asked, id: artifact.value.sha256 })
    say(`  ${asked}: ${versions.size} releases`)
    await artifact.value.close()
  }
  return { had, gaps }
}

async function learnSource(source: OriginSource, catalogue: Catalogue, ctx: Context): Promise<void> {
  const sources: Sources = []
  const learned = await learnHistory(source, catalogue, ctx, sources)
  say(`${source.name}: ${catalogue.contents.size} contents, ${catalogue.lines.length} lines after its history`)
  const { had, gaps } = await learnArchives(source, learned, catalogue, ctx, sources)
  const missing = [...new Set(learned.releases.map(({ version }) => version))].filter((version) => !had.has(plain(version)))
  const named = missing.slice(0, namedMax).join(", ")
  catalogue.origins.set(source.name, {
    name: source.name,
    trust: "upstream",
    sources,
    projects: source.projects,
    gaps: [
      ...(source.gaps ?? []),
      ...learned.gaps,
      ...gaps,
      ...(missing.length === 0
        ? []
        : [`${missing.length} releases known by their tags only, without what only their archives hold: ${named}`]),
    ],
  })
}

const started = performance.now()
const ctx = createContext({ cache: values.cache, offline: values.offline })
const catalogue = new Catalogue(ctx.limits)
try {
  for (const source of originSources) await learnSource(source, catalogue, ctx)
  await writeOrigins(catalogue, values.output)
  const seconds = Math.round((performance.now() - started) / 1000)
  say(
    `${fileURLToPath(new URL(`file://${values.output}`))}: ${statSync(values.output).size} bytes, ${catalogue.contents.size} contents, ${seconds} s`,
  )
} catch (error) {
  if (!(error instanceof FaultError)) throw error
  say(explainFault(error.fault))
  process.exitCode = 3
}
