import { type Fault, FaultError, failed, faultsOf, orThrow } from "../../core/fault.ts"
import type { Element } from "../../core/xml.ts"
import type { Context } from "../../io/context.ts"
import { shownAddress } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import type { Provenance, Signature } from "../../model/artifact.ts"
import { packagePurl } from "../purl.ts"
import type { Located, Registry } from "../registry.ts"
import { checkDetached, trustedKeys } from "../signature.ts"
import { mavenRepositories } from "./configuration.ts"
import { type Coordinates, fileKind, fileName, folderOf, isWord } from "./coordinates.ts"
import { statedBy } from "./pom.ts"
import { type Fetched, MavenRepository } from "./repository.ts"

/** Files of Maven repositories: the jar, or what the purl's `type` and `classifier` name. */
export const maven: Registry = {
  type: "maven",
  separator: ":",
  qualifiers: ["classifier", "type"],
  purl: (name, version, qualifiers) => {
    const colon = name.indexOf(":")
    return packagePurl("maven", colon < 0 ? undefined : name.slice(0, colon), name.slice(colon + 1), version, qualifiers)
  },
  locate: ({ name, version, qualifiers = {} }, ctx) => {
    const [group = "", artifact = "", ...more] = name.split(":")
    const { type, classifier } = qualifiers
    const words = [group, artifact, version, type, classifier].filter((one) => one !== undefined)
    const fault =
      more.length > 0 || !words.every(isWord) ? wrong(name, version) : version?.endsWith("-SNAPSHOT") === true ? snapshot : undefined
    if (fault !== undefined) return Promise.resolve(failed(fault))
    return faultsOf(async () => {
      const { repository, coordinates, pom } = await found({ group, artifact }, version, ctx)
      const file = fileName(coordinates, fileKind(type, classifier))
      const path = `${folderOf(coordinates)}${coordinates.version}/${file}`
      const fetched = await repository.file(path, file)
      const bytes = await fileSource(fetched.path)
      const signed = await signatureOf(repository, `${path}.asc`, bytes, ctx)
      const stated = await statedBy(pom, coordinates, repository)
      return {
        name: file,
        version: coordinates.version,
        purl: maven.purl(name, coordinates.version, qualifiers),
        sha256: fetched.sha256,
        bytes,
        provenance: joined(stated, signed, said(fetched, repository)),
      }
    })
  },
}

const wrong = (name: string, version: string | undefined): Fault => ({
  kind: "usage",
  why: `${JSON.stringify(version === undefined ? name : `${name}@${version}`)} is no group and artifact with an exact version`,
  remedy: "write maven:GROUP:ARTIFACT@VERSION, or pkg:maven/GROUP/ARTIFACT@VERSION?classifier=sources",
})
const snapshot: Fault = { kind: "usage", why: "a snapshot is no release: its bytes change", remedy: "name a release" }

interface Found {
  readonly repository: MavenRepository
  readonly coordinates: Coordinates
  readonly pom: Element
}

/** The first repository that has the version's POM. */
async function found(at: Omit<Coordinates, "version">, version: string | undefined, ctx: Context): Promise<Found> {
  const repositories = (await mavenRepositories(ctx)).map((reached) => new MavenRepository(reached, ctx))
  for (const repository of repositories) {
    const wanted = version ?? (await repository.newest(at))
    if (wanted === undefined || !isWord(wanted)) continue
    const coordinates = { ...at, version: wanted }
    const pom = await repository.pom(coordinates)
    if (pom !== undefined) return { repository, coordinates, pom }
  }
  throw new FaultError({
    kind: "unavailable",
    source: `maven:${at.group}:${at.artifact}${version === undefined ? "" : `@${version}`}`,
    why: `${repositories.map(({ reached }) => shownAddress(reached.url)).join(", ")} ${repositories.length === 1 ? "has" : "have"} no such artifact or version`,
    remedy: "check the name and the version",
  })
}

type Statements = Pick<Provenance, "chain" | "notLookedAt">

function said({ promised }: Fetched, { reached }: MavenRepository): Statements {
  const shown = shownAddress(reached.url)
  const plain =
    new URL(reached.url).protocol === "http:"
      ? ["the repository was asked over plain http: anyone on the way could exchange its answer"]
      : []
  return {
    chain: [
      promised === undefined
        ? `handed out by the repository ${shown}, which states no digest of it`
        : `${promised} promised by the repository ${shown}`,
      ...reached.said,
    ],
    notLookedAt: plain,
  }
}

/** `.asc` beside the file, by a key that the user gave. */
async function signatureOf(
  repository: MavenRepository,
  path: string,
  bytes: Located["bytes"],
  ctx: Context,
): Promise<{ readonly signature?: Signature; readonly notLookedAt: readonly string[] }> {
  const name = path.slice(path.lastIndexOf("/") + 1)
  if (ctx.keyrings.length === 0) return { notLookedAt: [`the signature ${name}: no key was given (--keyring FILE)`] }
  const detached = await repository.document(path)
  if (detached === undefined) return { notLookedAt: [] }
  return { signature: orThrow(await checkDetached(name, bytes, detached, await trustedKeys(ctx))), notLookedAt: [] }
}

const joined = (stated: Provenance, { signature, notLookedAt }: Awaited<ReturnType<typeof signatureOf>>, own: Statements): Provenance => ({
  ...stated,
  chain: [...own.chain, ...stated.chain],
  notLookedAt: [...own.notLookedAt, ...notLookedAt, ...stated.notLookedAt],
  ...(signature === undefined ? {} : { signature }),
})
