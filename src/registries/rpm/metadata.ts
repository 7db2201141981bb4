import { bounded, memorySource } from "../../core/bytes.ts"
import { FaultError, faultsOf, orThrow } from "../../core/fault.ts"
import { baseName } from "../../core/path.ts"
import { type Element, elementAt, elementsOf, textAt, xmlOf } from "../../core/xml.ts"
import type { Context } from "../../io/context.ts"
import { decompressed } from "../../io/decompressed.ts"
import { download, type Expected, fetchMetadata, shownAddress } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import { checkDetached } from "../signature.ts"
import type { RpmRepository } from "./configuration.ts"
import { keysOf } from "./package-signature.ts"
import type { Version } from "./version.ts"

const listAgeSecondsMax = 300
/** Mirrors that are tried; a list of them may have hundreds. */
const mirrorsMax = 5
const packagesMax = 10_000

/** A package as `primary.xml` lists it. */
export interface Listed {
  readonly base: string
  readonly version: Version
  readonly architecture: string
  readonly location: string
  readonly expect: Expected
}

export interface RepositoryList {
  readonly packages: readonly Listed[]
  readonly chain: readonly string[]
  readonly notLookedAt: readonly string[]
}

/** The packages of a name, as the first place of the repository that answers lists them (createrepo_c, "repodata"). */
export async function listOf(repository: RpmRepository, name: string, outer: Context): Promise<RepositoryList> {
  const ctx: Context = { ...outer, access: repository.access }
  const bases = [...repository.bases, ...(await mirrorsOf(repository, ctx))].slice(0, mirrorsMax)
  let failure = new FaultError({
    kind: "unavailable",
    source: repository.id,
    why: "nothing says where the repository is",
    remedy: "write baseurl into its .repo file",
  })
  for (const base of bases) {
    const answer = await faultsOf(() => listAt(base, repository, name, ctx))
    if (answer.ok) return answer.value
    failure = new FaultError(answer.fault)
    if (answer.fault.kind !== "unavailable") break // an answer that is wrong is not passed over for one that may be
  }
  throw failure
}

/** A mirrorlist has an address a line; of a metalink the addresses of repomd.xml are read (RFC 5854). */
async function mirrorsOf({ id, mirrors }: RpmRepository, ctx: Context): Promise<readonly string[]> {
  if (mirrors === undefined) return []
  const { bytes } = orThrow(await fetchMetadata(mirrors, { what: `the mirrors of ${id}`, maxAgeSeconds: listAgeSecondsMax }, ctx))
  const text = Buffer.from(bytes ?? "").toString("utf8")
  const lines = text.trimStart().startsWith("<") ? urlsIn(xmlOf(`the mirrors of ${id}`, Buffer.from(text))) : text.split(/\s+/)
  return lines.filter((one) => /^https?:/.test(one)).map((one) => one.replace(/repodata\/repomd\.xml$/, "").replace(/\/*$/, "/"))
}

const urlsIn = (element: Element): readonly string[] => [
  ...(element.name === "url" ? [element.text] : []),
  ...element.elements.flatMap(urlsIn),
]

async function listAt(base: string, repository: RpmRepository, name: string, ctx: Context): Promise<RepositoryList> {
  const what = `repomd.xml of ${repository.id}`
  const { bytes } = orThrow(await fetchMetadata(`${base}repodata/repomd.xml`, { what, maxAgeSeconds: listAgeSecondsMax }, ctx))
  if (bytes === undefined)
    throw new FaultError({ kind: "unavailable", source: shownAddress(base), why: "it has no repodata/repomd.xml", remedy: "check baseurl" })
  const signed = await signerOf(bytes, base, repository, ctx)
  const primary = xmlOf(what, bytes).elements.find((one) => one.name === "data" && one.attributes.get("type") === "primary")
  const expect = checksumOf(primary)
  const href = elementAt(primary, "location")?.attributes.get("href") ?? ""
  if (expect === undefined || !isInside(href))
    throw new FaultError({ kind: "malformed", layer: what, offset: 0, expected: "the place and a digest of primary" })
  const { path } = orThrow(await download(`${base}${href}`, { what: `${repository.id} ${baseName(href)}`, expect, index: true }, ctx))
  const packages: Listed[] = []
  const max = ctx.limits.metadataBytesMax
  const chunks = bounded(decompressed(href, (await fileSource(path)).stream(), ctx), { layer: href, limit: "metadataBytesMax", max })
  for await (const element of elementsOf(baseName(href), chunks, "package")) {
    const listed = textAt(element, "name") === name ? listedOf(element, base) : undefined
    if (listed !== undefined && packages.length < packagesMax) packages.push(listed)
  }
  return {
    packages,
    chain: [signed.said ?? `${what} from ${shownAddress(base)}`, `${baseName(href)}: ${expect.algorithm} promised by repomd.xml`],
    notLookedAt: signed.said === undefined ? [`the signature of ${what}: its .repo file does not ask for one (repo_gpgcheck)`] : [],
  }
}

/** Who signed the list, where the repository is configured to be signed; a signature that does not hold is a mismatch. */
async function signerOf(
  bytes: Uint8Array,
  base: string,
  { id, isSigned, keyFiles }: RpmRepository,
  ctx: Context,
): Promise<{ said: string | undefined }> {
  if (!isSigned) return { said: undefined }
  const what = `repomd.xml.asc of ${id}`
  const { bytes: detached } = orThrow(
    await fetchMetadata(`${base}repodata/repomd.xml.asc`, { what, maxAgeSeconds: listAgeSecondsMax }, ctx),
  )
  const keys = await keysOf(keyFiles, ctx)
  const signature = detached === undefined ? undefined : orThrow(await checkDetached(what, memorySource(bytes), detached, keys))
  if (signature?.kind === "valid") return { said: `repomd.xml of ${id} signed by ${signature.fingerprint} (keyring ${signature.keyFrom})` }
  throw new FaultError({
    kind: "mismatch",
    source: what,
    expected: `a signature by a key of ${keys.map(({ from }) => from).join(", ") || "the repository (gpgkey names no file)"}`,
    found:
      signature === undefined
        ? "none"
        : signature.kind === "unknown-key"
          ? `one by the unknown key ${signature.keyId}`
          : `a ${signature.kind} one`,
  })
}

function listedOf(element: Element, base: string): Listed | undefined {
  const at = elementAt(element, "version")?.attributes
  const [epoch, version, release] = ["epoch", "ver", "rel"].map((name) => at?.get(name))
  const architecture = textAt(element, "arch")
  const place = elementAt(element, "location")
  const location = place?.attributes.get("href") ?? ""
  const expect = checksumOf(element)
  if (version === undefined || release === undefined || architecture === undefined || expect === undefined || !isInside(location))
    return undefined
  return {
    base: place?.attributes.get("xml:base")?.replace(/\/*$/, "/") ?? base,
    version: { epoch: epoch ?? "0", version, release },
    architecture,
    location,
    expect,
  }
}

const algorithms = new Map([
  ["sha", "sha1"],
  ["sha1", "sha1"],
  ["sha256", "sha256"],
  ["sha384", "sha384"],
  ["sha512", "sha512"],
] as const)
const digits = { sha1: 40, sha256: 64, sha384: 96, sha512: 128 } as const

function checksumOf(element: Element | undefined): Expected | undefined {
  const checksum = elementAt(element, "checksum")
  const algorithm = [...algorithms].find(([name]) => name === checksum?.attributes.get("type"))?.[1]
  const hex = checksum?.text.toLowerCase() ?? ""
  return algorithm !== undefined && hex.length === digits[algorithm] && /^[0-9a-f]+$/.test(hex) ? { algorithm, hex } : undefined
}

/** A path below the repository. */
const isInside = (href: string): boolean => href !== "" && !/^[a-z+.-]+:|^\/|(?:^|\/)\.\.(?:\/|$)|[?#\\]/i.test(href)
