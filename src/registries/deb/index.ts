import { assert } from "../../core/assert.ts"
import { explainFault, type Fault, FaultError, failed, faultsOf } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { isGiven, offlineFault } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import { forgeAddress } from "../forge.ts"
import { packagePurl } from "../purl.ts"
import type { Located, Registry } from "../registry.ts"
import { type Asked, namedMax, newestFirst, notKept } from "./not-found.ts"
import { packageFiles } from "./package-files.ts"
import type { SourcePackage } from "./schema.ts"
import { chainOf, type Candidate as Listing, type Search, search } from "./search.ts"
import { sourcePackages } from "./source-index.ts"
import type { ListedFile } from "./stanza.ts"
import { fetchListed, upstreamSignature } from "./upstream-signature.ts"
import { upstreamVersion } from "./version.ts"

/** Debian source packages: upstream's `orig` tarball, vouched for by the signed index of the configured mirror. */
export const debSrc: Registry = {
  type: "deb-src",
  purl: (name, version) => sourcePurl("debian", name, version),
  locate: ({ name, version }, outer) => {
    if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name))
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(name)} is no Debian source package name`,
          remedy: "write deb-src:NAME or deb-src:NAME@VERSION",
        }),
      )
    const asked: Asked = { type: "deb-src", name, version, what: `deb-src:${name}${version === undefined ? "" : `@${version}`}` }
    return faultsOf(async () => {
      const { candidates, seen, ctx } = await search(asked, (source, of, reached) => sourcePackages(name, source, of, reached), outer)
      return located(asked, candidates, seen, ctx)
    })
  },
}

type Candidate = Listing<SourcePackage>

const sourcePurl = (distribution: string, name: string, version: string | undefined): string =>
  packagePurl("deb", distribution, name, version, { arch: "source" })

/**
 * Where an upstream tarball can be had: each suite that lists this very file. The lowest revision comes first, as it brought the tarball in;
 * the pools of later, security revisions often do without it.
 */
const placesOf = (candidate: Candidate, candidates: readonly Candidate[]): readonly Candidate[] => {
  const digest = packageFiles(candidate.found).upstream?.sha256
  return candidates.filter(({ found }) => packageFiles(found).upstream?.sha256 === digest).reverse()
}

async function located(asked: Asked, candidates: readonly Candidate[], seen: Search<SourcePackage>, ctx: Context): Promise<Located> {
  const [best] = candidates
  assert(best !== undefined, "nothing to locate")
  const upstream = packageFiles(best.found).upstream
  if (upstream === undefined)
    throw new FaultError({
      kind: "unavailable",
      source: asked.what,
      why: `${best.found.version} lists no tarball with a SHA-256`,
      remedy: "name the tarball's path or address",
    })
  const places = placesOf(best, candidates)
  const fetched = await faultsOf(() => fetchUpstream(upstream, places, ctx))
  if (!fetched.ok)
    throw new FaultError(await missing(asked, { version: best.found.version, file: upstream.name }, fetched.fault, seen, ctx))
  const { path, sha256 } = fetched.value
  const { signature, chain, notLookedAt } = await signatureFrom([best, ...places.filter((place) => place !== best)], { path, sha256 }, ctx)
  // The Vcs-* fields name Debian's packaging, not upstream.
  const repository = forgeAddress(best.found.homepage)
  return {
    name: upstream.name,
    version: upstreamVersion(best.found.version),
    purl: sourcePurl(best.verified.release.origin.toLowerCase() || "debian", asked.name, best.found.version),
    sha256,
    bytes: await fileSource(path),
    provenance: {
      chain: [...chainOf(best, upstream.name), ...chain],
      notLookedAt: [
        ...packageFiles(best.found).components.map(({ name }) => `the further upstream tarball ${name} was not looked at`),
        ...notLookedAt,
        ...seen.notLookedAt,
        ...seen.skipped.map((fault) => `not searched: ${explainFault(fault)}`),
      ],
      ...(repository === undefined ? {} : { repository }),
      ...(signature === undefined ? {} : { signature }),
    },
  }
}

async function missing(
  asked: Asked,
  listed: { version: string; file: string },
  fault: Fault,
  seen: Search<SourcePackage>,
  ctx: Context,
): Promise<Fault> {
  if (fault.kind !== "unavailable") return fault
  if (ctx.offline) return offlineFault(`${asked.what} (${listed.file})`)
  return notKept(asked, { ...listed, why: fault.why }, await versionsGiven(seen.listed, ctx))
}

/** The newest of the versions listed whose tarball the mirror gives. Only asked for, not fetched. */
async function versionsGiven(listed: readonly Candidate[], ctx: Context): Promise<readonly string[]> {
  const given: string[] = []
  for (const version of newestFirst(listed.map(({ found }) => found.version)).slice(0, 2 * namedMax)) {
    const candidate = listed.find(({ found }) => found.version === version)
    const file = candidate === undefined ? undefined : packageFiles(candidate.found).upstream
    if (candidate === undefined || file === undefined || given.length === namedMax) continue
    if (await isGiven(`${folderOf(candidate)}${encodeURIComponent(file.name)}`, file.name, ctx)) given.push(version)
  }
  return given
}

const folderOf = ({ source, found }: Candidate): string => `${source.uri}${found.directory.split("/").map(encodeURIComponent).join("/")}/`

/** The tarball from the first place that has it; a place that gives other bytes than were signed ends it. */
async function fetchUpstream(upstream: ListedFile, places: readonly Candidate[], ctx: Context): ReturnType<typeof fetchListed> {
  let missing: Fault | undefined
  for (const place of places) {
    const fetched = await faultsOf(() => fetchListed(folderOf(place), upstream, ctx))
    if (fetched.ok) return fetched.value
    if (fetched.fault.kind !== "unavailable") throw new FaultError(fetched.fault)
    missing ??= fetched.fault
  }
  assert(missing !== undefined, "no place to fetch from")
  throw new FaultError(missing)
}

/** Upstream's signature as the first place tells it that has one; what the first place said where none has. */
async function signatureFrom(
  places: readonly Candidate[],
  tarball: Parameters<typeof upstreamSignature>[1],
  ctx: Context,
): ReturnType<typeof upstreamSignature> {
  let first: Awaited<ReturnType<typeof upstreamSignature>> | undefined
  for (const place of places) {
    const answer = await upstreamSignature({ folder: folderOf(place), files: packageFiles(place.found) }, tarball, ctx)
    if (answer.signature !== undefined && first === undefined) return answer
    if (answer.signature !== undefined) {
      const note = `the mirror lacks what belongs to revision ${places[0]?.found.version}; signature and key are those of revision ${place.found.version}`
      return { ...answer, notLookedAt: [note, ...answer.notLookedAt] }
    }
    first ??= answer
  }
  assert(first !== undefined, "no place to ask for a signature")
  return first
}
