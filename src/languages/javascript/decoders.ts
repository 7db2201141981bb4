import { numberReaders, text, unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { callsBack, filters, joins, passes, sink, spells, steps } from "../imperative/rows.ts"
import { ofBytes } from "../imperative/things.ts"

/** Encodings of Node's buffers that hide what they hold. */
const encodings: ReadonlySet<string> = new Set(["hex", "base64", "base64url"])
const isEncoding = (of: string): of is "hex" | "base64" | "base64url" => encodings.has(of)

/** Bytes of a text in base64 or hex, a character a byte. */
const decoded = (input: string, encoding: "hex" | "base64" | "base64url"): string => Buffer.from(input, encoding).toString("latin1")

/** `Buffer.from`: of a text in an encoding, of numbers, or of what is bytes already. */
const bytes: Row = (call) => {
  const [what = unknown("nothing"), how] = call.args
  const encoding = call.world.constant(how)?.toLowerCase() ?? ""
  if (isEncoding(encoding)) {
    const constant = call.world.constant(what)
    return call.world.step("decode", encoding, what, call.at, constant === undefined ? undefined : decoded(constant, encoding))
  }
  if (what.kind === "items") return fromNumbers(call, what.items)
  const value = call.world.value(what)
  // Of a list of numbers, of which nothing is known, letters are made here.
  return value.kind === "step" && numberReaders.has(value.tool) ? call.world.step("decode", call.name, value, call.at) : value
}

/** Characters by their numbers. */
function fromNumbers(call: Call, numbers: readonly Thing[]): Thing {
  const known = numbers.map((one) => (one.kind === "numeral" ? one.number : undefined))
  if (numbers.length === 0 || known.includes(undefined)) return call.world.step("decode", call.name, call.world.joined(numbers), call.at)
  const constant = known.map((one) => String.fromCharCode((one ?? 0) & 0xff)).join("")
  return call.world.step("decode", call.name, text(known.join(",").slice(0, call.world.limits.valueBytesMax)), call.at, constant)
}

const characters: Row = (call) =>
  fromNumbers(
    call,
    call.args.flatMap((one) => (one.kind === "items" ? one.items : [one])),
  )

/** `toString`: of numbers in another base, of bytes in an encoding; else what it is. */
const spelled: Row = (call) => {
  const { of, world } = call
  const how = call.args[0]
  if (of.kind === "numeral")
    return text(
      how?.kind === "numeral" && how.number >= 2 && how.number <= 36 ? of.number.toString(Math.trunc(how.number)) : String(of.number),
    )
  const encoding = world.constant(how)?.toLowerCase() ?? ""
  if (!isEncoding(encoding)) return of.kind === "instance" || of.kind === "items" || of.kind === "some" ? world.value(of) : of
  const constant = world.constant(of)
  return world.step("edit", encoding, of, call.at, constant === undefined ? undefined : Buffer.from(constant, "latin1").toString(encoding))
}

const percent = (input: string): string | undefined => {
  try {
    return Buffer.from(decodeURIComponent(input), "utf8").toString("latin1")
  } catch {
    return undefined
  }
}

const unescaped = (input: string): string =>
  input.replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (_, wide: string | undefined, narrow: string | undefined) =>
    String.fromCharCode(Number.parseInt(wide ?? narrow ?? "0", 16)),
  )

/** A decipher takes what is updated and gives it decrypted; a digest gives nothing that one could run. */
const deciphers: Row = (call) => sink((content, at) => call.world.step("decrypt", "createDecipheriv", content, at))
const digests: Row = () => sink(() => unknown("a digest"))

const numbered: Row = (call) => {
  const [what = unknown("nothing"), base] = call.args
  if (what.kind === "numeral") return what
  const known = call.world.constant(what)
  if (known === undefined) return call.world.step("translate", call.name, what, call.at)
  const number = call.name === "Number" ? Number(known) : Number.parseInt(known, base?.kind === "numeral" ? base.number : 10)
  return Number.isNaN(number) ? unknown("no number") : { kind: "numeral", number }
}

const decompressors = ["gunzip", "unzip", "inflate", "inflateRaw", "brotliDecompress", "zstdDecompress"]
const streams = ["createGunzip", "createUnzip", "createInflate", "createInflateRaw", "createBrotliDecompress", "createZstdDecompress"]

export const decoders: readonly (readonly [string, Row])[] = [
  ["Buffer.from", bytes],
  ["Buffer", bytes],
  ["Uint8Array.from", bytes],
  ["Uint8Array", bytes],
  ["Buffer.concat", joins(0)],
  ["String.fromCharCode", characters],
  ["String.fromCodePoint", characters],
  ["String", passes(0)],
  ["Object", passes(0)],
  ["Number", numbered],
  ["parseInt", numbered],
  ["Number.parseInt", numbered],
  ["atob", steps("decode", 0, (input) => decoded(input, "base64"))],
  ["btoa", steps("edit", 0, (input) => Buffer.from(input, "latin1").toString("base64"))],
  ["unescape", steps("decode", 0, unescaped)],
  ["decodeURIComponent", steps("decode", 0, percent)],
  ["decodeURI", steps("decode", 0, percent)],
  ...[
    "js-base64.decode",
    "js-base64.Base64.decode",
    "base-64.decode",
    "base64-js.toByteArray",
    "bs58.decode",
    "hex2bin",
    "querystring.unescape",
  ].map((name) => [name, steps("decode", 0)] as const),
  ...["querystring.stringify", "qs.stringify", "util.inspect", "URLSearchParams", "Object.fromEntries", "structuredClone", "_.clone"].map(
    (name) => [name, spells] as const,
  ),
  ["JSON.parse", passes(0)],
  ["JSON.stringify", passes(0)],
  ["TextDecoder.decode", passes(0)],
  ["util.inspect", passes(0)],
  ...decompressors.map((name) => [`zlib.${name}`, callsBack(steps("decompress", 0), unknown("no error"))] as const),
  ...streams.map((name) => [`zlib.${name}`, filters("decompress")] as const),
  ...[
    "DecompressionStream",
    "tar.x",
    "tar.extract",
    "tar-fs.extract",
    "unzipper.Parse",
    "unzipper.Extract",
    "gunzip-maybe",
    "unbzip2-stream",
    "lzma-native.createDecompressor",
  ].map((name) => [name, filters("decompress")] as const),
  ...[
    "pako.inflate",
    "pako.ungzip",
    "pako.inflateRaw",
    "fflate.gunzipSync",
    "fflate.inflateSync",
    "fflate.unzlibSync",
    "fflate.decompressSync",
    "fflate.strFromU8",
    "lz-string.decompress",
    "lz-string.decompressFromBase64",
    "lz-string.decompressFromUTF16",
    "LZString.decompressFromBase64",
    "adm-zip",
    "decompress",
    "extract-zip",
    "lz4.decode",
    "snappyjs.uncompress",
  ].map((name) => [name, steps("decompress", 0)] as const),
  ...["crypto.createDecipheriv", "crypto.createDecipher"].map((name) => [name, deciphers] as const),
  ...["crypto.createHash", "crypto.createHmac", "crypto.createCipheriv", "crypto.createSign", "crypto.createVerify"].map(
    (name) => [name, digests] as const,
  ),
  ...["crypto.privateDecrypt", "crypto.publicDecrypt"].map((name) => [name, steps("decrypt", 1)] as const),
  ["crypto.subtle.decrypt", steps("decrypt", 2)],
  ...["AES", "DES", "TripleDES", "RC4", "Rabbit"].flatMap((name) =>
    ["crypto-js", "CryptoJS"].map((module) => [`${module}.${name}.decrypt`, steps("decrypt", 0)] as const),
  ),
]

export const decoderMethods: readonly (readonly [string, Row])[] = [
  ["toString", spelled],
  ["valueOf", passes("this")],
  ["charCodeAt", (call) => codeAt(call, (known, index) => known.charCodeAt(index))],
  ["codePointAt", (call) => codeAt(call, (known, index) => known.codePointAt(index))],
]

function codeAt(call: Call, tell: (known: string, index: number) => number | undefined): Thing {
  const known = call.world.constant(call.of)
  const [index] = call.args
  const code = known === undefined || index?.kind !== "numeral" ? undefined : tell(ofBytes(known), index.number)
  return code === undefined || Number.isNaN(code)
    ? call.world.step("translate", call.name, call.of, call.at)
    : { kind: "numeral", number: code }
}
