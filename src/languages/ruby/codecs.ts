import { gunzipSync, inflateSync } from "node:zlib"
import { text, unknown } from "../../model/code.ts"
import { base16, base64, base64url, inflates } from "../encodings.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { passes, steps } from "../imperative/rows.ts"
import { gathered, itemsOf } from "../text-rows.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** `unpack` and `unpack1` of a text: of the directives (Ruby, Packed Data) those that decode all of it are computed. */
const unpacks: Row = (call) => {
  const format = call.world.constant(call.args[0])?.trim()
  const compute = /^m0?$/.test(format ?? "") ? base64 : undefined
  if (/^[CU]\*$/.test(format ?? "")) {
    const constant = call.world.constant(call.of)
    if (constant !== undefined)
      return { kind: "items", items: [...constant].map((one): Thing => ({ kind: "numeral", number: one.charCodeAt(0) })) }
  }
  const whole = steps("decode", "this", compute)(call)
  return call.name === "unpack1" || whole === undefined ? whole : { kind: "items", items: [whole] }
}

/** `[...].pack(format)`. */
const packs: Row = (call) => {
  const format = call.world.constant(call.args[0])?.trim() ?? ""
  const items = itemsOf(call, call.of)
  // What is no list of the program's is one that came of something.
  if (items === undefined) return call.world.step("decode", "pack", call.of, call.at)
  if (/^[CcU]\*?$/.test(format))
    return gathered(
      call,
      items.map((one) => (one.kind === "numeral" ? text(String.fromCharCode(one.number & 0xff)) : one)),
    )
  const [first] = items
  if (first === undefined) return undefined
  const compute = /^H\*?$/.test(format) ? base16 : undefined
  const constant = compute === undefined ? undefined : call.world.constant(first)
  return call.world.step("decode", "pack", first, call.at, constant === undefined ? undefined : compute?.(constant))
}

const made: Row = () => unknown("a decoder")
/** What is given to a cipher comes out of it, of a decipher in clear. */
const updated = (call: Call): Thing | undefined =>
  call.args.length === 1 && call.of.kind === "unknown" ? steps("decrypt", 0)(call) : undefined

export const codecs: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(["Base64.decode64", "Base64.strict_decode64"], steps("decode", 0, base64)),
  ["Base64.urlsafe_decode64", steps("decode", 0, base64url)],
  ...named(["URI.decode_www_form_component", "CGI.unescape", "URI.decode", "CGI.unescapeHTML"], steps("decode", 0)),
  ...named(["Zlib.inflate", "Zlib.Inflate.inflate"], steps("decompress", 0, inflates(inflateSync))),
  ["Zlib.gunzip", steps("decompress", 0, inflates(gunzipSync))],
  ...named(["Zlib.GzipReader.new", "Zlib.GzipReader.wrap", "Gem.Package.TarReader.new", "Zip.File.open"], steps("decompress", 0)),
  ...named(["OpenSSL.Cipher.new", "OpenSSL.Cipher.Cipher.new"], made),
])

export const codecMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["unpack", unpacks],
  ["unpack1", unpacks],
  ["pack", packs],
  ["decrypt", (call) => (call.args.length === 0 ? call.of : steps("decrypt", 0)(call))],
  ["update", updated],
  ["inflate", steps("decompress", 0)],
  ["to_s", passes("this")],
])
