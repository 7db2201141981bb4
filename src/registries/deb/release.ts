import { sha256Of } from "../../core/digest.ts"
import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata, type Metadata } from "../../io/http.ts"
import { checkCleartext, noteOpenpgp } from "../signature.ts"
import type { AptSource } from "./apt-sources.ts"
import { keyFilesOf, keysIdentity, keysOf } from "./configuration.ts"
import { kept } from "./kept.ts"
import { isRelease, type Release } from "./schema.ts"
import { fieldsOf, listedFiles } from "./stanza.ts"

const ageSecondsMax = 3600
/** The longest text of a stanza's line that we accept in a release file. */
const releaseBytesMax = 16 << 20

/** A suite's verified table of contents, and what must be said about how it was come by. */
export interface VerifiedRelease {
  readonly release: Release
  readonly remarks: readonly string[]
}

/** Fetches and verifies the InRelease of a suite; undefined when the mirror has no such suite. */
export async function verifiedRelease(source: AptSource, ctx: Context): Promise<VerifiedRelease | undefined> {
  const what = `InRelease of ${source.suite}`
  const document = orThrow(await fetchMetadata(`${source.uri}dists/${source.suite}/InRelease`, { what, maxAgeSeconds: ageSecondsMax }, ctx))
  const { bytes } = document
  if (bytes === undefined) return undefined
  if (bytes.byteLength > releaseBytesMax)
    throw new FaultError({ kind: "over-limit", layer: what, limit: "metadataBytesMax", max: releaseBytesMax })
  const keyFiles = await keyFilesOf(source, ctx)
  noteOpenpgp(ctx)
  const question = `${sha256Of(bytes)} ${keysIdentity(keyFiles, source)}`
  const release = await kept(
    "InRelease 2",
    question,
    isRelease,
    async () => parseRelease(await checkCleartext(what, bytes, keysOf(keyFiles, source))),
    ctx,
  )
  checkSuite(what, source, release)
  return { release, remarks: remarksOn(what, source, release, document, ctx) }
}

/** A verified InRelease (DebianRepository/Format, "Release files"). Only the indexes of packages are kept of it. */
export function parseRelease({
  text,
  fingerprint,
  keyFrom,
}: {
  readonly text: string
  readonly fingerprint: string
  readonly keyFrom: string
}): Release {
  const fields = fieldsOf(text)
  const validUntil = fields.get("valid-until")
  return {
    fingerprint,
    keyFrom,
    origin: fields.get("origin") ?? "",
    suite: fields.get("suite") ?? "",
    codename: fields.get("codename") ?? "",
    date: fields.get("date") ?? "",
    ...(validUntil === undefined ? {} : { validUntil }),
    byHash: fields.get("acquire-by-hash") === "yes",
    indexes: listedFiles(fields.get("sha256")).filter(({ name }) =>
      /(?:^|\/)(?:source\/Sources|binary-[a-z0-9-]+\/Packages)(?:\.xz|\.gz)?$/.test(name),
    ),
  }
}

/** One suite's signed index must not pass for another's. */
function checkSuite(what: string, { suite }: AptSource, release: Release): void {
  const names = [release.suite, release.codename].filter((name) => name !== "")
  if (names.length === 0 || names.includes(suite)) return
  throw new FaultError({ kind: "mismatch", source: what, expected: `the suite ${suite}`, found: names.join(" alias ") })
}

function remarksOn(what: string, source: AptSource, release: Release, document: Metadata, ctx: Context): readonly string[] {
  const remarks = document.stale ? [`${what} is a copy of ${new Date(document.vouchedAt).toISOString()} (--offline)`] : []
  if (release.validUntil === undefined) return remarks
  const until = Date.parse(release.validUntil)
  if (until >= document.readAt) return remarks
  if (ctx.offline || !source.checkValidUntil) {
    const why = source.checkValidUntil ? "--offline" : "apt is configured with Check-Valid-Until false"
    return [...remarks, `${what} was valid until ${release.validUntil}; not enforced (${why})`]
  }
  throw new FaultError({
    kind: "mismatch",
    source: what,
    expected: "an index that is still valid",
    found: `one that was valid until ${release.validUntil}`,
  })
}
