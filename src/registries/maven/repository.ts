import { FaultError, orThrow } from "../../core/fault.ts"
import { type Element, listAt, textAt, xmlOf } from "../../core/xml.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { type Downloaded, download, type Expected, fetchMetadata } from "../../io/http.ts"
import type { Reached } from "./configuration.ts"
import { type Coordinates, fileName, folderOf } from "./coordinates.ts"

const checksumAgeSecondsMax = 86_400
const metadataAgeSecondsMax = 300
/** Strongest first. MD5 is no promise. */
const algorithms = [
  ["sha512", 128],
  ["sha256", 64],
  ["sha1", 40],
] as const

/** A file of a repository, and the digest that it was held against. */
export interface Fetched extends Downloaded {
  readonly promised: Expected["algorithm"] | undefined
}

/** One repository of the default layout. */
export class MavenRepository {
  readonly reached: Reached
  readonly #ctx: Context

  constructor(reached: Reached, ctx: Context) {
    this.reached = reached
    this.#ctx = { ...ctx, access: reached.access }
  }

  /** A small document; undefined: there is none. */
  async document(path: string, maxAgeSeconds = checksumAgeSecondsMax): Promise<Uint8Array | undefined> {
    return orThrow(await fetchMetadata(`${this.reached.url}${path}`, { what: path, maxAgeSeconds }, this.#ctx)).bytes
  }

  /** A file, with the strongest digest that stands beside it. Without one, nothing but the connection vouches for its bytes. */
  async file(path: string, what: string): Promise<Fetched> {
    const expect = await this.#promised(path)
    const found = await download(`${this.reached.url}${path}`, { what, ...(expect === undefined ? {} : { expect }) }, this.#ctx)
    return { ...orThrow(found), promised: expect?.algorithm }
  }

  /** A version's POM; undefined: the repository does not have that version. */
  async pom(coordinates: Coordinates): Promise<Element | undefined> {
    const name = fileName(coordinates, { extension: "pom", classifier: undefined })
    const path = `${folderOf(coordinates)}${coordinates.version}/${name}`
    const expect = await this.#promised(path)
    if (expect === undefined && (await this.document(path)) === undefined) return undefined
    const { path: at } = orThrow(
      await download(`${this.reached.url}${path}`, { what: name, ...(expect === undefined ? {} : { expect }) }, this.#ctx),
    )
    return xmlOf(name, (await readSmallFile(at, this.#ctx.limits.documentBytesMax, "documentBytesMax")) ?? Buffer.alloc(0))
  }

  /** What the repository calls the release, else the last of its versions ("Maven Metadata"). */
  async newest(at: Omit<Coordinates, "version">): Promise<string | undefined> {
    const bytes = await this.document(`${folderOf(at)}maven-metadata.xml`, metadataAgeSecondsMax)
    if (bytes === undefined) return undefined
    const metadata = xmlOf("maven-metadata.xml", bytes)
    const versioning = metadata.elements.find(({ name }) => name === "versioning")
    const listed = listAt(versioning, "versions", "version").map(({ text }) => text)
    return textAt(versioning, "release") ?? listed.filter((one) => !one.endsWith("-SNAPSHOT")).at(-1)
  }

  /** `.sha1` and the like hold the digest in hex, alone or among other words. */
  async #promised(path: string): Promise<Expected | undefined> {
    for (const [algorithm, digits] of algorithms) {
      const bytes = await this.document(`${path}.${algorithm}`)
      const words = Buffer.from(bytes?.subarray(0, 4096) ?? "")
        .toString("latin1")
        .split(/[^0-9A-Za-z]+/)
      const hex = words.find((one) => one.length === digits && /^[0-9a-f]+$/i.test(one))
      if (hex !== undefined) return { algorithm, hex: hex.toLowerCase() }
      if (bytes !== undefined)
        throw new FaultError({
          kind: "malformed",
          layer: `${path}.${algorithm}`,
          offset: 0,
          expected: `${digits} hex digits of ${algorithm}`,
        })
    }
    return undefined
  }
}
