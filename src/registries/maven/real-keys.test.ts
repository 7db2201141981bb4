import { spawnSync } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { serve } from "../../../test/fixtures/served.ts"
import { findRepository } from "../../../test/results/repositories.ts"
import { collect } from "../../core/bytes.ts"
import { explainFault, FaultError, faultsOf, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { createContext } from "../../io/create-context.ts"
import { decompressor } from "../../io/decompress.ts"
import { fileSource } from "../../io/open-file.ts"
import type { Signature } from "../../model/artifact.ts"
import { packageFiles } from "../deb/package-files.ts"
import { search } from "../deb/search.ts"
import { sourcePackages } from "../deb/source-index.ts"
import { upstreamKey } from "../deb/upstream-key.ts"
import { fetchListed } from "../deb/upstream-signature.ts"
import { mavenRepositories } from "./configuration.ts"
import { type Coordinates, fileKind, fileName, folderOf } from "./coordinates.ts"
import { maven } from "./index.ts"
import { MavenRepository } from "./repository.ts"

/** Where a project publishes the key that it signs with: a file of a repository, or Debian's half of a source package. */
type KeyPlace = { readonly repository: string } | { readonly debian: string }

const releases: readonly (readonly [group: string, artifact: string, version: string, place: KeyPlace])[] = [
  ["junit", "junit", "4.13.2", { repository: "junit-team/junit4" }],
  ["org.apache.commons", "commons-lang3", "3.20.0", { repository: "apache/xalan-java" }], // the same person releases both
  ["commons-io", "commons-io", "2.21.0", { repository: "apache/xalan-java" }],
  ["com.fasterxml.jackson.core", "jackson-core", "2.20.0", { repository: "FasterXML/jackson" }],
  // Debian's copy of the key has its newest self-signature alone, which is younger than what it signed here.
  ["org.tukaani", "xz", "1.9", { debian: "xz-utils" }],
]

let cache = ""
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "everybyte-keys-"))
})
afterAll(() => rm(cache, { recursive: true }))

/** Real releases with the real keys of who signed them, from this machine's own configuration. Unreachable is a skip with its reason; nothing of it is kept. */
describe("a release that its project signed", () => {
  for (const [group, artifact, version, place] of releases)
    it(`${group}:${artifact}@${version} is valid with the project's key, and bad where one byte is another`, async (test) => {
      const coordinates = { group, artifact, version }
      const key = join(cache, `${artifact}.key`)
      const own = createContext({ cache, limits: { retriesMax: 1 }, keyrings: [key] })
      const fetched = await faultsOf(async () => {
        await writeFile(key, await keyAt(place, own))
        return { files: await filesOf(coordinates, own), honest: await signatureOf(coordinates, own) }
      })
      if (!fetched.ok && fetched.fault.kind === "unavailable") return test.skip(explainFault(fetched.fault))
      const { files, honest } = orThrow(fetched)
      expect(honest).toMatchObject({ kind: "valid", keyFrom: key })
      expect(await servedHere(coordinates, files, key)).toEqual(honest)
      files.jar.set([(files.jar[files.jar.length >> 1] ?? 0) ^ 1], files.jar.length >> 1)
      expect(await servedHere(coordinates, files, key)).toMatchObject({ kind: "bad" })
    })
})

async function keyAt(place: KeyPlace, ctx: Context): Promise<Uint8Array> {
  if ("debian" in place) return debianKey(place.debian, ctx)
  const found = findRepository(place.repository)
  if (!found.ok) throw missing(place.repository, found.why)
  const shown = spawnSync("git", ["--git-dir", found.path, "show", "HEAD:KEYS"], { maxBuffer: 1 << 24 })
  if (shown.status !== 0) throw missing(place.repository, String(shown.stderr))
  return shown.stdout
}

async function debianKey(name: string, outer: Context): Promise<Uint8Array> {
  const asked = { type: "deb-src", name, version: undefined, what: `deb-src:${name}` } as const
  const { candidates, ctx } = await search(asked, (source, of, reached) => sourcePackages(name, source, of, reached), outer)
  for (const { source, found } of candidates) {
    const { debian } = packageFiles(found)
    if (debian === undefined) continue
    const half = await faultsOf(() => fetchListed(`${source.uri}${found.directory}/`, debian, ctx))
    if (!half.ok) continue
    const bytes = await fileSource(half.value.path)
    const decompress = decompressor(ctx)
    const key = await upstreamKey(debian.name, bytes, { limits: ctx.limits, decompress: (kind, chunks) => decompress(kind, chunks) })
    await bytes.close()
    if (key !== undefined) return key.bytes
  }
  throw missing(`deb-src:${name}`, "no mirror gives a half of Debian's with upstream's key")
}

const missing = (source: string, why: string): FaultError => new FaultError({ kind: "unavailable", source, why, remedy: "fetch it" })

interface Files {
  readonly jar: Uint8Array
  readonly pom: Uint8Array
  readonly asc: Uint8Array
}

const pathOf = (at: Coordinates, extension: string): string => `${folderOf(at)}${at.version}/${fileName(at, { ...fileKind(), extension })}`

/** As the configured repository has them. */
async function filesOf(at: Coordinates, ctx: Context): Promise<Files> {
  const [reached] = await mavenRepositories(ctx)
  if (reached === undefined) throw missing("maven", "no repository is configured")
  const repository = new MavenRepository(reached, ctx)
  const document = async (extension: string): Promise<Uint8Array> =>
    (await repository.document(pathOf(at, extension))) ?? Promise.reject(missing(pathOf(at, extension), "the repository lacks it"))
  const jar = await fileSource((await repository.file(pathOf(at, "jar"), at.artifact)).path)
  return { jar: await collect(jar.stream()), pom: await document("pom"), asc: await document("jar.asc") }
}

async function signatureOf({ group, artifact, version }: Coordinates, ctx: Context): Promise<Signature | undefined> {
  const name = `${group}:${artifact}`
  const located = orThrow(await maven.locate({ kind: "package", type: "maven", name, version, purl: maven.purl(name, version) }, ctx))
  return located.provenance.signature
}

/** From a repository of our own on the loopback, which states no digests. */
async function servedHere(at: Coordinates, { jar, pom, asc }: Files, key: string): Promise<Signature | undefined> {
  const home = await mkdtemp(join(cache, "home-"))
  const served = await serve()
  try {
    for (const [extension, bytes] of Object.entries({ jar, pom, "jar.asc": asc })) served.documents.set(`/${pathOf(at, extension)}`, bytes)
    const repository = `<repositories><repository><id>here</id><url>${served.address}</url></repository></repositories>`
    await mkdir(join(home, ".m2"))
    await writeFile(
      join(home, ".m2", "settings.xml"),
      `<settings><profiles><profile><id>x</id>${repository}</profile></profiles><activeProfiles><activeProfile>x</activeProfile></activeProfiles></settings>`,
    )
    const environment = { HOME: home, PATH: "/nonexistent" }
    return await signatureOf(at, createContext({ cache: home, environment, keyrings: [key], limits: { retriesMax: 0 } }))
  } finally {
    served.close()
  }
}
