import { memorySource } from "../core/bytes.ts"
import { Cursor } from "../core/cursor.ts"
import { entropyOf, roundedEntropy } from "../core/entropy.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { repeatsOf } from "../core/repeats.ts"
import { encodingOf } from "../core/text.ts"
import type { Content, Members, Structure } from "../model/inside.ts"
import type { ObjectCode } from "../model/object-code.ts"
import { parserOf } from "../parsers/index.ts"
import type { Codec, Container, Decompress, EntrySink, Indexed, Parser, WalkOptions } from "../parsers/parser.ts"
import { Layer, layerName, stopOf } from "./layer.ts"

export interface Machine {
  readonly limits: Limits
  readonly decompress: Decompress
  /** Says of each content whether it is object code; undefined: nobody asks. */
  readonly recognise?: (bytes: Uint8Array) => ObjectCode | undefined
  /** Is shown each content that is decoded, with where it stands, layer by layer; undefined: nobody asks. */
  readonly see?: (bytes: Uint8Array, name: string) => Promise<void>
}

export interface Cost {
  bytes: number
  layers: number
  /** Those that are listed. */
  members: number
}

export type Inside = Pick<Content, "repeats" | "structure">

/** Where a content stands: the layers that were opened to get there, the outermost first. */
type Place = readonly string[]

/** How the content of a compressed stream is called, which has no name of its own. */
const decodedName = "decoded"

/**
 * Looks into one content, and into what is decoded of it, as deep as there are containers. All of it is held in memory, so it ends at `insideBytesMax` bytes and
 * `insideLayersMax` layers; what was reached is told at the layer that would have gone beyond.
 */
export class Look {
  /** What it has cost. */
  readonly cost: Cost = { bytes: 0, layers: 0, members: 0 }
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** Of a file, which is itself within the maximum. */
  async file(bytes: Uint8Array): Promise<Inside> {
    this.cost.bytes += bytes.byteLength
    return await this.#inside(bytes, parserOf(bytes), [])
  }

  async #content(bytes: Uint8Array, at: Place): Promise<Content> {
    const encoding = encodingOf(bytes)
    const parser = encoding === undefined ? parserOf(bytes) : undefined
    const object = encoding === undefined ? this.#machine.recognise?.(bytes) : undefined
    return {
      size: bytes.byteLength,
      ...(encoding === undefined ? {} : { encoding }),
      entropy: roundedEntropy(entropyOf(bytes)),
      ...(parser === undefined ? {} : { format: parser.format }),
      ...(object === undefined ? {} : { object }),
      ...(await this.#inside(bytes, parser, at)),
    }
  }

  async #inside(bytes: Uint8Array, parser: Parser | undefined, at: Place): Promise<Inside> {
    const repeats = repeatsOf(bytes)
    return parser === undefined ? { repeats } : { repeats, structure: await this.#structure(bytes, parser, at) }
  }

  async #structure(bytes: Uint8Array, parser: Parser, at: Place): Promise<Structure> {
    const layer = new Layer()
    const found: { content?: Content; members?: Members } = {}
    try {
      this.#spend("insideLayersMax", 1)
      if (at.length >= this.#machine.limits.depthMax) throw this.#over("depthMax")
      if (parser.kind === "codec")
        found.content = await this.#content(await this.#decoded(parser, bytes, { layer, at }), [...at, decodedName])
      else await this.#walk(parser, bytes, { layer, found, at })
      layer.tiling.finish(bytes.byteLength)
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      return { stopped: stopOf(error.fault, this.#machine.limits), ...layer.told, ...found }
    }
    return { ...layer.told, ...found }
  }

  async #decoded(codec: Codec, bytes: Uint8Array, { layer, at }: { readonly layer: Layer; readonly at: Place }): Promise<Uint8Array> {
    const options = { ...this.#options(), decompress: this.#machine.decompress }
    const decoded = await this.#collect(codec.decode(memorySource(bytes), options, layer))
    await this.#show(decoded, [...at, decodedName])
    return decoded
  }

  async #walk(
    parser: Container | Indexed,
    bytes: Uint8Array,
    { layer, found, at }: { readonly layer: Layer; readonly found: { members?: Members }; readonly at: Place },
  ): Promise<void> {
    const listed: (Content & { readonly path: string })[] = []
    const counted = { texts: 0, opaque: 0, bytes: 0, listed }
    found.members = counted
    const entry: EntrySink["entry"] = async ({ type, path }, body) => {
      const content = await this.#collect(body)
      if (type === "file") await this.#show(content, [...at, path])
      const isText = encodingOf(content) !== undefined
      if (isText && type !== "file") return // a link, whose content is no text of the archive, or nothing at all
      counted[isText ? "texts" : "opaque"] += 1
      counted.bytes += content.byteLength
      if (isText || this.cost.members >= this.#machine.limits.insideMembersMax) return
      this.cost.members += 1
      listed.push({ path, ...(await this.#content(content, [...at, path])) })
    }
    const sink: EntrySink = { claim: (claim) => layer.claim(claim), anomaly: (anomaly) => layer.anomaly(anomaly), entry }
    const source = memorySource(bytes)
    if (parser.kind === "indexed") await parser.walk(source, this.#options(), sink)
    else await parser.walk(new Cursor(source.stream()), this.#options(), sink)
  }

  async #show(bytes: Uint8Array, at: Place): Promise<void> {
    await this.#machine.see?.(bytes, at.join("!"))
  }

  /** No walker lets a layer become more than may still be held. */
  #options(): WalkOptions {
    const { limits } = this.#machine
    return { layer: layerName, limits: { ...limits, layerBytesMax: Math.max(0, limits.insideBytesMax - this.cost.bytes) } }
  }

  async #collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for await (const chunk of chunks) {
      this.#spend("insideBytesMax", chunk.byteLength)
      parts.push(Buffer.from(chunk)) // copied: who gave it may use the memory again
    }
    return Buffer.concat(parts)
  }

  #spend(limit: "insideBytesMax" | "insideLayersMax", amount: number): void {
    const what = limit === "insideBytesMax" ? "bytes" : "layers"
    this.cost[what] += amount
    if (this.cost[what] > this.#machine.limits[limit]) throw this.#over(limit)
  }

  #over(limit: keyof Limits): FaultError {
    return new FaultError({ kind: "over-limit", layer: layerName, limit, max: this.#machine.limits[limit] })
  }
}
