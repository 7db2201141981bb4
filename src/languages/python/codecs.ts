import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib"
import { unknown } from "../../model/code.ts"
import { base16, base32, base64, base64url, inflates, rot13 } from "../encodings.ts"
import type { Row } from "../imperative/platform.ts"
import { argument, computes, passes, steps } from "../imperative/rows.ts"

type Compute = (input: string) => string | undefined

const zlib = steps("decompress", [0, "data"], (input, call) => {
  const bits = call.world.constant(argument(call, [1, "wbits"]))
  return inflates(bits?.startsWith("-") ? inflateRawSync : bits !== undefined && Number(bits) > 15 ? gunzipSync : inflateSync)(input, call)
})

/** Codecs of the standard library that change bytes (`codecs`, 7.2.4): others only spell characters. */
const byName: ReadonlyMap<string, Compute> = new Map<string, Compute>([
  ["rot13", rot13],
  ["rot_13", rot13],
  ["hex", base16],
  ["hex_codec", base16],
  ["base64", base64],
  ["base64_codec", base64],
  ["zlib", () => undefined],
  ["zip", () => undefined],
  ["bz2", () => undefined],
  ["uu", () => undefined],
  ["unicode_escape", () => undefined],
  ["raw_unicode_escape", () => undefined],
])

/** `x.decode(codec)`, `codecs.decode(x, codec)`. */
const decodes =
  (of: 0 | "this", codec: number): Row =>
  (call) => {
    const what = argument(call, of)
    const name = call.world
      .constant(argument(call, [codec, "encoding"]))
      ?.toLowerCase()
      .replaceAll("-", "_")
    const compute = name === undefined ? undefined : byName.get(name)
    if (what === undefined || compute === undefined) return what?.kind === "instance" || what?.kind === "api" ? undefined : what
    const how = name === "zlib" || name === "zip" || name === "bz2" ? "decompress" : "decode"
    if (name === "zlib" || name === "zip") return steps(how, of, inflates(inflateSync))(call)
    return steps(how, of, compute)(call)
  }

const decoding = (names: readonly string[], compute?: Compute): readonly (readonly [string, Row])[] =>
  names.map((name) => [name, steps("decode", [0, "s", "data", "string", "b"], compute)])

const opaque = (how: "decompress" | "decrypt" | "decode", names: readonly string[]): readonly (readonly [string, Row])[] =>
  names.map((name) => [name, steps(how, [0, "data"])])

/** A decompressor or cipher as an object: its methods say what is done. */
const made: Row = () => unknown("a decoder")

export const codecs: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...decoding(
    ["base64.b64decode", "base64.standard_b64decode", "base64.decodebytes", "base64.decodestring", "binascii.a2b_base64"],
    base64,
  ),
  ...decoding(["base64.urlsafe_b64decode"], base64url),
  ...decoding(["base64.b16decode", "binascii.unhexlify", "binascii.a2b_hex", "bytes.fromhex", "bytearray.fromhex"], base16),
  ...decoding(["base64.b32decode"], base32),
  ...decoding(["base64.b85decode", "base64.a85decode", "base64.z85decode", "binascii.a2b_uu", "binascii.a2b_qp", "quopri.decodestring"]),
  ...decoding(["urllib.unquote", "urllib.unquote_plus", "html.unescape"]),
  ["struct.unpack", steps("decode", [1, "buffer"])],
  ["struct.unpack_from", steps("decode", [1, "buffer"])],
  ["codecs.decode", decodes(0, 1)],
  ["codecs.encode", decodes(0, 1)],
  ["zlib.decompress", zlib],
  ["zlib.decompressobj", made],
  ["gzip.decompress", steps("decompress", [0, "data"], inflates(gunzipSync))],
  ...opaque("decompress", [
    "bz2.decompress",
    "lzma.decompress",
    "brotli.decompress",
    "zstandard.decompress",
    "lz4.frame.decompress",
    "snappy.decompress",
  ]),
  ["bz2.BZ2Decompressor", made],
  ["lzma.LZMADecompressor", made],
  ["struct.pack", computes("decode", 1, () => undefined)],
  ["cryptography.fernet.Fernet", made],
  ["int.to_bytes", passes(0)],
])

/** Methods of decoders, ciphers and texts, by their names. */
export const codecMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["decrypt", steps("decrypt", [0, "data", "token"])],
  ["decrypt_and_verify", steps("decrypt", [0, "data"])],
  ["decompress", steps("decompress", [0, "data"])],
  ["b64decode", steps("decode", 0, base64)],
  ["unhexlify", steps("decode", 0, base16)],
  ["fromhex", steps("decode", 0, base16)],
  ["decode", decodes("this", 0)],
  ["encode", decodes("this", 0)],
  ["to_bytes", passes("this")],
  ["tobytes", passes("this")],
])
