import { type ByteSource, isAllZero, latin1, memorySource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import { type Odd, Scribe } from "../scribe.ts"
import { checkHeader, PayloadDigests } from "./digests.ts"
import { listingOf } from "./files.ts"
import { buffer, type Header, number, readHeader, string, strings, type Tag } from "./header.ts"
import { checkLead, leadBytes, leadNotes, leadOdds } from "./lead.ts"
import { compressors, plainSignatureTags, scriptlets, signatures, signatureTag, tag } from "./tags.ts"

/** Of a text of the header, in a message. */
const shownMax = 200
const argumentsMax = 20
const unassessed =
  "a signature, which is no content: whether a key that was given vouches for the package by it is told with where the package came from"

/**
 * lead | signature header, filled up to 8 | header | payload (rpm, docs/manual/format_v4.md). The header is an entry, as nothing here compares what it says of
 * the package; what it runs at install is one each; the payload is one that is opened from inside, an archive of cpio.
 */
export async function walkRpm(source: ByteSource, options: WalkOptions, sink: EntrySink): Promise<void> {
  const scribe = new Scribe(options, sink)
  const lead = buffer(await source.read(0, Math.min(leadBytes, source.size)))
  checkLead(lead, scribe)
  const signature = await readHeader(source, leadBytes, tag.signatureRegion, scribe)
  const mainAt = signature.end + ((8 - (signature.end % 8)) % 8)
  const main = await readHeader(source, mainAt, tag.region, scribe)
  scribe.block(0, leadBytes, "header", leadOdds(lead, main))
  for (const why of leadNotes(lead, main)) scribe.note("lead-number", why, 0)
  await claimSignature(signature, scribe)
  const fill = source.size >= mainAt ? await source.read(signature.end, mainAt) : new Uint8Array(0)
  const why = "padding is not zero"
  scribe.block(signature.end, mainAt, "padding", isAllZero(fill) ? [] : [{ start: signature.end, end: mainAt, kind: "padding", why }])
  await tellHeader(main, scribe)
  checkHeader(signature, main, scribe)
  checkSize(signature, source.size - mainAt, scribe)
  await tellPayload(source, signature, main, scribe)
}

/** Sizes and digests are compared, signatures are entries that whoever has keys checks; what nobody reads is unexplained. */
async function claimSignature(signature: Header, scribe: Scribe): Promise<void> {
  scribe.claim(signature.start, signature.storeAt, "index")
  let done = signature.storeAt
  const odds = [...signature.odds, ...[...signature.tags.values()].flatMap((one) => unreadTag(one, signature))]
  const upTo = (end: number): void => {
    scribe.block(
      done,
      end,
      "index",
      odds.filter((odd) => odd.start >= done && odd.end <= end),
    )
    done = end
  }
  for (const one of [...signature.tags.values()].sort((a, b) => a.start - b.start)) {
    const name = signatures.get(one.tag)
    if (name === undefined) continue
    upTo(one.start)
    await tellPart(`signatures/${name}`, one, scribe, unassessed)
    scribe.claim(one.start, one.end, "content")
    done = one.end
  }
  upTo(signature.end)
}

function unreadTag({ tag: number, type, count, start, end, data }: Tag, signature: Header): readonly Odd[] {
  const [knownType, knownCount] = plainSignatureTags.get(number) ?? []
  const odd = (why: string): readonly Odd[] => [{ start, end, kind: "signature-tag", why }]
  if (type === knownType && count === knownCount)
    return fits(number, data, signature)
      ? []
      : odd(`tag ${number} of the signature header says ${data.readUInt32BE()}, and there is no signature that it fits`)
  if (signatures.has(number) || (number === signatureTag.reserved && isAllZero(data))) return []
  return odd(`data of tag ${number} in the signature header, which nobody reads`)
}

/** What speaks of signatures of files (rpm, sign/rpmsignfiles.c and rpmsignverity.c): the bytes of one, which stands there in hex, and fs-verity's algorithm, SHA-256 or SHA-512. */
function fits(number: number, data: Buffer, signature: Header): boolean {
  if (number === signatureTag.fileSignatureLength) {
    const longest = strings(signature, signatureTag.fileSignatures, signature.tags.get(signatureTag.fileSignatures)?.count ?? 0)
    return longest.some(({ length }) => length === 2 * data.readUInt32BE())
  }
  if (number === signatureTag.verityAlgorithm)
    return signature.tags.has(signatureTag.veritySignatures) && [1, 2].includes(data.readUInt32BE())
  return true
}

async function tellHeader(main: Header, scribe: Scribe): Promise<void> {
  await tellPart("header", { start: main.start, end: main.end, data: main.bytes }, scribe)
  for (const { kind, why, start } of main.odds) scribe.review(kind, why, start)
  for (const [text, program, name] of scriptlets) {
    const programs = strings(main, program, argumentsMax)
    const found = main.tags.get(text)
    if ((found?.count ?? 0) > scribe.options.limits.entriesMax) throw scribe.overLimit("entriesMax")
    const texts = strings(main, text, found?.count ?? 0)
    let at = found?.start ?? main.start
    for (const [index, one] of texts.entries()) {
      const path = `scriptlets/${name}${texts.length > 1 ? `.${index + 1}` : ""}`
      await tellPart(path, { start: at, end: at + one.length, data: Buffer.from(one, "latin1") }, scribe)
      at += one.length + 1
    }
    if (programs.length > 0)
      scribe.note("scriptlet", `${name} is run by ${programs.join(" ").slice(0, shownMax)}`, main.tags.get(program)?.start ?? main.start)
  }
  scribe.claim(main.start, main.end, "content")
}

/** Bytes that are held, as an entry. */
async function tellPart(
  path: string,
  { start, end, data }: Pick<Tag, "start" | "end" | "data">,
  scribe: Scribe,
  unread?: string,
): Promise<void> {
  const size = end - start
  const extents = size === 0 ? [] : [{ at: start, start: 0, size }]
  await scribe.sink.entry(
    { path, type: "file", mode: 0o644, size, extents, ...(unread === undefined ? {} : { unread }) },
    memorySource(data).stream(),
  )
}

function checkSize(signature: Header, found: number, scribe: Scribe): void {
  for (const one of [signatureTag.payloadSize, signatureTag.longPayloadSize]) {
    const stated = number(signature, one)
    if (stated !== undefined)
      scribe.note(
        "payload-size",
        `the signature header says that the payload is ${stated} bytes when decoded, which was compared with nothing`,
        signature.tags.get(one)?.start ?? 0,
      )
  }
  for (const one of [signatureTag.size, signatureTag.longSize]) {
    const stated = number(signature, one)
    if (stated !== undefined && stated !== found)
      scribe.review(
        "size-disagrees",
        `header and payload are ${found} bytes, the signature header says ${stated}`,
        signature.tags.get(one)?.start ?? 0,
      )
  }
}

async function tellPayload(source: ByteSource, signature: Header, main: Header, scribe: Scribe): Promise<void> {
  const [start, size] = [main.end, source.size - main.end]
  const format = string(main, tag.payloadFormat) ?? "cpio"
  const head = latin1(await source.read(start, Math.min(source.size, start + 8)))
  const stated = string(main, tag.payloadCompressor)
  // rpmbuild names none where there is none (w.ufdio), and rpm has zlib read it, which lets pass what is not compressed.
  const usual = /^07070[12]/.test(head) ? "none" : "gzip"
  const compressor = (stated ?? usual).slice(0, shownMax)
  const known = compressors.get(compressor)
  if (format !== "cpio")
    scribe.review("payload-format", `a payload of format ${JSON.stringify(format.slice(0, shownMax))}, which is not read`, start)
  if (known === undefined)
    scribe.review("payload-compressor", `a payload compressed by ${JSON.stringify(compressor)}, which is not known`, start)
  if (known?.magic !== undefined && !head.startsWith(known.magic))
    scribe.review(
      "payload-compressor",
      `the header says ${compressor}, the payload is something else: rpm fails, libarchive goes by the content`,
      start,
    )
  const digests = new PayloadDigests(signature, main, scribe)
  const body = digests.through(scribe.body(new Cursor(source.stream(start)), size))
  const path = `payload.${format === "cpio" ? format : "unknown"}${known?.ending ?? ""}`
  const extents = size === 0 ? [] : [{ at: start, start: 0, size }]
  const listing = format === "cpio" ? listingOf(main, scribe) : undefined
  const wrapping = { isWrapping: true, ...(listing === undefined ? {} : { listing }) } as const
  await scribe.sink.entry({ path, type: "file", mode: 0o644, size, extents, ...wrapping }, body)
  digests.finish()
  scribe.claim(start, source.size, "content")
}
