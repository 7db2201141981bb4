import type { ByteSource } from "../../core/bytes.ts"
import { explainFault, FaultError, faultsOf } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import type { Provenance } from "../../model/artifact.ts"
import { repositoryAddress } from "../forge.ts"
import type { GoConfiguration } from "./configuration.ts"
import { modHash, zipHash } from "./dirhash.ts"
import { retraction } from "./go-mod.ts"
import { matchesPatterns, pseudoCommit } from "./module-path.ts"
import type { ModuleProxy } from "./proxy.ts"
import type { Info } from "./schema.ts"
import { databaseOf, lookUp } from "./sumdb.ts"

type Statements = Pick<Provenance, "chain" | "notLookedAt">

interface Fetched {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly bytes: ByteSource
  readonly proxy: ModuleProxy
}

/** The zip and the go.mod against the checksum database. Other bytes than it has are a mismatch; that it was not asked is said. */
export async function withChecksums(fetched: Fetched, configuration: GoConfiguration, ctx: Context): Promise<Statements> {
  const { name, version, file, bytes, proxy } = fetched
  const zip = await zipHash({ layer: file, bytes, limits: ctx.limits })
  const unasked = (why: string): Statements => ({
    chain: [],
    notLookedAt: [
      `the checksum database was not asked about ${zip}: ${why}; nothing ${proxy.isFolder ? "" : "but the connection "}vouches for its bytes`,
    ],
  })
  if (configuration.database === "" || configuration.database === "off") return unasked("GOSUMDB names none")
  if (matchesPatterns(configuration.noDatabase, name)) return unasked("GONOSUMDB or GOPRIVATE keeps the module from it")
  const database = await databaseOf(configuration)
  if (database === undefined) return unasked("its key is not known here; install go, or write it into GOSUMDB (NAME+HASH+KEY)")
  const answer = await faultsOf(() => lookUp(database, configuration.proxies, { path: name, version }, ctx))
  if (!answer.ok && answer.fault.kind === "unavailable") return unasked(explainFault(answer.fault))
  if (!answer.ok) throw new FaultError(answer.fault)
  const source = `golang:${name}@${version}`
  const { value } = answer
  if (value === undefined)
    throw new FaultError({
      kind: "unavailable",
      source,
      why: `the checksum database ${database.key.name} has no such version, so go would refuse it`,
      remedy: "check the name and the version, or name the module in GONOSUMDB where it is meant to be private",
    })
  if (value.zip !== zip)
    throw new FaultError({ kind: "mismatch", source, expected: value.zip ?? "a hash of the zip in the checksum database", found: zip })
  const mod = await proxy.mod(version)
  const own = mod === undefined ? undefined : modHash(mod)
  if (own !== undefined && value.mod !== own)
    throw new FaultError({
      kind: "mismatch",
      source: `${source}/go.mod`,
      expected: value.mod ?? "a hash of go.mod in the checksum database",
      found: own,
    })
  return {
    chain: [`${zip}, as ${value.said}`],
    notLookedAt: ["whether the checksum database shows everyone the same tree was not looked at: no head of it was kept from before"],
  }
}

/** What the proxy states of the version's origin, and the module's newest go.mod of the version. */
export async function provenanceOf({ Version, Origin }: Info, proxy: ModuleProxy): Promise<Provenance> {
  const origin = Origin ?? undefined
  const commit = origin?.VCS === "git" && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(origin.Hash ?? "") ? origin.Hash : undefined
  const repository = repositoryAddress(origin?.URL)
  const abbreviated = pseudoCommit(Version)
  const known = await wordsOfNewest(Version, proxy)
  return {
    chain: [
      ...(commit === undefined
        ? []
        : [
            `the proxy states that it was made of ${origin?.Ref === undefined ? "" : `${JSON.stringify(origin.Ref.slice(0, 200))}, `}commit ${commit}`,
          ]),
      ...(commit !== undefined || abbreviated === undefined ? [] : [`its version names the commit ${abbreviated}...`]),
      ...(origin?.Subdir === undefined || origin.Subdir === ""
        ? []
        : [`the proxy states the directory ${JSON.stringify(origin.Subdir.slice(0, 200))} of its repository`]),
      ...known.chain,
    ],
    notLookedAt: [
      ...(commit === undefined ? ["of which commit it was made: the proxy does not state it (Origin)"] : []),
      ...(new URL(proxy.base).protocol === "http:"
        ? ["the proxy was asked over plain http: anyone on the way could exchange its answer"]
        : []),
      ...known.notLookedAt,
    ],
    ...(commit === undefined ? {} : { commit }),
    ...(origin?.Ref?.startsWith("refs/tags/") === true ? { tag: origin.Ref.slice("refs/tags/".length) } : {}),
    ...(repository === undefined ? {} : { repository }),
  }
}

async function wordsOfNewest(version: string, proxy: ModuleProxy): Promise<Statements> {
  const answer = await faultsOf(async () => {
    const newest = await proxy.newest()
    return { newest, words: newest === undefined ? undefined : await proxy.words(newest) }
  })
  if (!answer.ok || answer.value.words === undefined)
    return { chain: [], notLookedAt: ["whether it was retracted or deprecated: the newest version's go.mod was not to be had"] }
  const { newest, words } = answer.value
  const why = retraction(words, version)
  return {
    chain: [
      ...(why === undefined
        ? []
        : [`retracted by its module (go.mod of ${newest})${why === "" ? "" : `: ${JSON.stringify(why.slice(0, 500))}`}`]),
      ...(words.deprecated === undefined
        ? []
        : [`its module is deprecated (go.mod of ${newest}): ${JSON.stringify(words.deprecated.slice(0, 500))}`]),
    ],
    notLookedAt: [],
  }
}
