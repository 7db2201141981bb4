import { z } from "zod"
import { FaultError } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { fileSource } from "./open-file.ts"
import { type Catalogue, dayOf, isoDay, lineHashBytes } from "./origin-catalogue.ts"

/** Hashes in one record of lines. */
const chunk = 1000
const recordBytesMax = 16 * 2 ** 20
const hexOf = (hash: string): string => Buffer.from(hash, "latin1").toString("hex")

const Name = z
  .string()
  .max(4096)
  .regex(/^[^\0]+$/)
const Header = z.strictObject({ schema: z.literal("everybyte.origins/1"), origins: z.array(Name.regex(/[/:]/)).max(10_000) })
const Lines = z.strictObject({ lines: z.array(z.string().regex(new RegExp(`^[0-9a-f]{${lineHashBytes * 2}}$`))) })
const Content = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  claim: z.string().max(200).optional(),
  /** Numbers of lines, in the order in which records before this one gave their hashes. */
  text: z.array(z.int().nonnegative()).optional(),
  in: z.array(z.strictObject({ origin: Name, path: Name, version: Name, date: z.iso.date() })).min(1),
})

/** The text form of an index: a header, hashes of lines, and contents, one JSON value a line. Sorted, so that two exports can be compared. */
export function* exportLines(catalogue: Catalogue): Generator<string> {
  yield record({ schema: "everybyte.origins/1", origins: [...catalogue.origins.keys()].sort() } satisfies z.infer<typeof Header>)
  const contents = [...catalogue.contents.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
  const numbers = new Map<number, number>()
  for (const { lines = [] } of contents) for (const line of lines) if (!numbers.has(line)) numbers.set(line, numbers.size)
  const hashes = [...numbers.keys()].map((line) => hexOf(catalogue.lines[line] ?? ""))
  for (let at = 0; at < hashes.length; at += chunk) yield record({ lines: hashes.slice(at, at + chunk) } satisfies z.infer<typeof Lines>)
  for (const { sha256, claim, lines, appearances } of contents) {
    const sorted = [...appearances].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { day, ...rest }]) => ({ ...rest, date: isoDay(day) }))
    const text = lines === undefined ? undefined : [...lines].map((line) => numbers.get(line) ?? 0)
    const content: z.infer<typeof Content> = {
      sha256,
      in: sorted,
      ...(claim === undefined ? {} : { claim }),
      ...(text === undefined ? {} : { text }),
    }
    yield record(content)
  }
}

const record = (value: unknown): string => `${JSON.stringify(value)}\n`

/** Reads the text form into an empty catalogue. Its origins are known and never trusted, whatever wrote it. */
export async function importLines(path: string, id: string, catalogue: Catalogue, ctx: Context): Promise<void> {
  const reader = new Importer(path, id, catalogue, ctx)
  for await (const { text, offset } of recordsOf(path, ctx)) reader.take(text, offset)
  reader.finish()
}

class Importer {
  readonly #path: string
  readonly #id: string
  readonly #catalogue: Catalogue
  readonly #ctx: Context
  readonly #numbers: number[] = []
  #begun = false

  constructor(path: string, id: string, catalogue: Catalogue, ctx: Context) {
    this.#path = path
    this.#id = id
    this.#catalogue = catalogue
    this.#ctx = ctx
  }

  take(text: string, offset: number): void {
    const value = parsed(text)
    if (!this.#begun) this.#header(value, offset)
    else if (typeof value === "object" && value !== null && "lines" in value) this.#lines(value, offset)
    else this.#content(value, offset)
  }

  finish(): void {
    if (!this.#begun) throw this.#malformed(0, "an export of known origins")
  }

  #header(value: unknown, offset: number): void {
    const header = Header.safeParse(value)
    if (!header.success) throw this.#malformed(offset, "an export of known origins (everybyte.origins/1)")
    this.#begun = true
    const sources = [{ location: `import:${this.#path}`, id: this.#id }]
    for (const name of header.data.origins) this.#catalogue.origins.set(name, { name, trust: "known", sources, projects: [], gaps: [] })
  }

  #lines(value: unknown, offset: number): void {
    const record = Lines.safeParse(value)
    if (!record.success) throw this.#malformed(offset, `hashes of lines, ${lineHashBytes * 2} hex digits each`)
    for (const hex of record.data.lines) this.#numbers.push(this.#catalogue.numberOfHash(Buffer.from(hex, "hex").toString("latin1")))
  }

  #content(value: unknown, offset: number): void {
    const record = Content.safeParse(value)
    if (!record.success) throw this.#malformed(offset, "a content with its digest, its origins, paths, versions and dates")
    const { sha256, claim, text, in: places } = record.data
    const known = this.#catalogue.contents.has(sha256) || (text?.length ?? 0) > this.#ctx.limits.originTextLinesMax
    if (
      known ||
      text?.some((line) => line >= this.#numbers.length) === true ||
      places.some(({ origin }) => !this.#catalogue.origins.has(origin))
    )
      throw this.#malformed(offset, "a content that is told once, with lines and origins told before it")
    const lines = text === undefined ? undefined : Int32Array.from(text, (line) => this.#numbers[line] ?? 0)
    const content = this.#catalogue.put(sha256, claim, lines)
    for (const { date, ...rest } of places) this.#catalogue.appear(content, { ...rest, day: dayOf(Date.parse(date) / 1000) })
  }

  #malformed(offset: number, expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.#path, offset, expected })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no schema takes it
  }
}

async function* recordsOf(path: string, { limits }: Context): AsyncGenerator<{ readonly text: string; readonly offset: number }> {
  const source = await fileSource(path)
  try {
    const max = limits.originIndexBytesMax
    if (source.size > max) throw new FaultError({ kind: "over-limit", layer: path, limit: "originIndexBytesMax", max })
    let held: Buffer[] = []
    let offset = 0
    let size = 0
    for await (const part of source.stream()) {
      let bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
      for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a)) {
        const text = Buffer.concat([...held, bytes.subarray(0, end)])
        if (text.byteLength > 0) yield { text: text.toString("utf8"), offset }
        offset += text.byteLength + 1
        held = []
        size = 0
        bytes = bytes.subarray(end + 1)
      }
      held.push(bytes)
      size += bytes.byteLength
      if (size > recordBytesMax)
        throw new FaultError({
          kind: "malformed",
          layer: path,
          offset,
          expected: `a record of at most ${recordBytesMax} bytes, with a line feed at its end`,
        })
    }
    if (size > 0) yield { text: Buffer.concat(held).toString("utf8"), offset }
  } finally {
    await source.close()
  }
}
