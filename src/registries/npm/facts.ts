import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata } from "../../io/http.ts"
import type { Published, RegistryFacts } from "../../model/registry-facts.ts"
import { firstOf, upTo } from "../published.ts"
import { npmConfiguration } from "./configuration.ts"
import { History, type VersionFacts } from "./schema.ts"
import { namePattern } from "./tarball.ts"

const ageSecondsMax = 3600

/** What the document of all versions says of one release and of those before it. A registry that states no attestation of any version does not state them at all. */
export async function npmFacts(
  { name, version }: { readonly name: string; readonly version: string | undefined },
  since: string | undefined,
  ctx: Context,
): Promise<RegistryFacts> {
  const document = await historyOf(name, ctx)
  const saysAttested = [...document.versions.values()].some(({ dist }) => dist?.attestations !== undefined)
  const all = [...document.versions].flatMap(([own, stated]) => publishedOf(own, stated, { document, saysAttested }))
  const asked = version ?? document.latest
  const now = document.versions.get(asked ?? "")
  const before = document.versions.get(since ?? "")
  const known = upTo(asked, all)
  const at = known.find((one) => one.version === asked)?.published
  const names = now === undefined || before === undefined || at === undefined ? [] : newNames(now, before)
  const dependencies = await Promise.all(
    names.slice(0, ctx.limits.askedDependenciesMax).map(async (one) => [one, firstOf(await timesOf(one, ctx), at)] as const),
  )
  const owners = known.flatMap(({ version: own, published }) => {
    const accounts = document.versions.get(own)?.maintainers?.flatMap((one) => (typeof one === "string" ? one : (one.name ?? [])))
    return accounts === undefined ? [] : [{ since: published, accounts }]
  })
  return {
    ...(known.length === 0 ? {} : { versions: known }),
    ...(owners.length === 0 ? {} : { owners }),
    dependencies: Object.fromEntries(dependencies.flatMap(([one, first]) => (first === undefined ? [] : [[one, first]]))),
  }
}

interface Document {
  readonly versions: ReadonlyMap<string, VersionFacts>
  readonly times: ReadonlyMap<string, string>
  readonly latest: string | undefined
}

/** The one with times: what npm itself asks for at an installation has none. */
async function historyOf(name: string, outer: Context): Promise<Document> {
  const { registry, access } = await npmConfiguration(namePattern.exec(name)?.[1], outer)
  const options = { what: `npm:${name}`, maxAgeSeconds: ageSecondsMax, accept: "application/json", noneAt: [400] }
  const { bytes } = orThrow(await fetchMetadata(`${registry}${name.replace("/", "%2f")}`, options, { ...outer, access }))
  const read = History.safeParse(bytes === undefined ? undefined : jsonOf(bytes))
  if (!read.success)
    throw new FaultError({ kind: "malformed", layer: `the registry's document of npm:${name}`, offset: 0, expected: "JSON with versions" })
  const { versions, time = {}, "dist-tags": tags = {} } = read.data
  return {
    versions: new Map(Object.entries(versions)),
    times: new Map(Object.entries(time)),
    latest: new Map(Object.entries(tags)).get("latest"),
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"))
  } catch {
    return undefined
  }
}

function publishedOf(
  version: string,
  { _npmUser, dist }: VersionFacts,
  { document, saysAttested }: { readonly document: Document; readonly saysAttested: boolean },
): readonly Published[] {
  const published = document.times.get(version)
  if (published === undefined) return []
  const publisher = _npmUser?.name
  return [
    {
      version,
      published,
      ...(publisher === undefined ? {} : { publisher }),
      ...(saysAttested ? { attested: dist?.attestations !== undefined } : {}),
    },
  ]
}

const needsOf = ({ dependencies = {}, optionalDependencies = {} }: VersionFacts): readonly string[] => [
  ...Object.keys(dependencies),
  ...Object.keys(optionalDependencies),
]

function newNames(now: VersionFacts, before: VersionFacts): readonly string[] {
  const had = new Set(needsOf(before))
  return [...new Set(needsOf(now))].filter((name) => !had.has(name) && namePattern.test(name))
}

/** When versions of a dependency were published; none: it could not be told. */
async function timesOf(name: string, ctx: Context): Promise<readonly string[]> {
  const document = await historyOf(name, ctx).catch((error: unknown) => {
    if (error instanceof FaultError) return undefined
    throw error
  })
  return document === undefined ? [] : [...document.versions.keys()].flatMap((version) => document.times.get(version) ?? [])
}
