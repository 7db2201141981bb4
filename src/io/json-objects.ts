import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"

export interface JsonObject {
  readonly bytes: Uint8Array
  /** From 1. */
  readonly line: number
}

interface Place {
  readonly path: string
  readonly limit: keyof Limits
  /** Bytes of one object, which is held whole. */
  readonly max: number
}

/**
 * The objects of a file that has one after another (JSON lines), or arrays of them (a page after a page), without holding the file. Only where an object ends is
 * told here: whether it is JSON (RFC 8259) its reader says. Throws a FaultError for what stands between objects and for an end within one.
 */
export async function* jsonObjects(chunks: AsyncIterable<Uint8Array>, place: Place): AsyncGenerator<JsonObject> {
  const scanner = new Scanner(place)
  for await (const chunk of chunks) yield* scanner.push(chunk)
  scanner.end()
}

const [newline, quote, backslash, comma] = [0x0a, 0x22, 0x5c, 0x2c]
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === newline

class Scanner {
  readonly #place: Place
  /** Of the object that is open, from earlier chunks. */
  #parts: Uint8Array[] = []
  #size = 0
  #depth = 0
  #line = 1
  #startLine = 1
  #inArray = false
  #inString = false
  #isEscaped = false

  constructor(place: Place) {
    this.#place = place
  }

  *push(chunk: Uint8Array): Generator<JsonObject> {
    let start = 0
    for (let at = 0; at < chunk.byteLength; at += 1) {
      const byte = chunk[at] ?? 0
      if (byte === newline) this.#line += 1
      if (this.#inString) this.#withinString(byte)
      else if (this.#depth === 0) {
        if (byte === openObject) {
          start = at
          this.#startLine = this.#line
          this.#depth = 1
        } else this.#between(byte)
      } else if (byte === quote) this.#inString = true
      else if (byte === openObject || byte === openArray) this.#depth += 1
      else if (byte === closeObject || byte === closeArray) {
        this.#depth -= 1
        if (this.#depth === 0) yield this.#take(chunk.subarray(start, at + 1))
      }
    }
    if (this.#depth > 0) this.#keep(chunk.slice(start))
  }

  end(): void {
    if (this.#depth > 0) throw this.#refused(this.#startLine, "the file ends within the object that begins here")
    if (this.#inArray) throw this.#refused(this.#line, "the file ends within an array")
  }

  #withinString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === backslash) this.#isEscaped = true
    else if (byte === quote) this.#inString = false
  }

  #between(byte: number): void {
    if (isSpace(byte) || (byte === comma && this.#inArray)) return
    if (byte !== (this.#inArray ? closeArray : openArray)) throw this.#refused(this.#line, "neither an object nor an array of objects")
    this.#inArray = !this.#inArray
  }

  #keep(part: Uint8Array): void {
    const { path, limit, max } = this.#place
    this.#parts.push(part)
    this.#size += part.byteLength
    if (this.#size > max) throw new FaultError({ kind: "over-limit", layer: `${path}: line ${this.#startLine}`, limit, max })
  }

  #take(part: Uint8Array): JsonObject {
    this.#keep(part)
    const bytes = this.#parts.length === 1 ? part : Buffer.concat(this.#parts)
    this.#parts = []
    this.#size = 0
    return { bytes, line: this.#startLine }
  }

  #refused(line: number, why: string): FaultError {
    return new FaultError({
      kind: "usage",
      why: `${this.#place.path}: line ${line}: ${why}`,
      remedy: "give JSON: an array of objects, or objects one after another",
    })
  }
}
