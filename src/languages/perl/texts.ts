import { gunzipSync, inflateSync } from "node:zlib"
import { text, unknown } from "../../model/code.ts"
import { base16, base64, inflates, rot13 } from "../encodings.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { passes, reads, sends, steps } from "../imperative/rows.ts"
import { anyOf, character, gathered, integer, itemsOf, joins, mappedMax, maps, ordinal, plain, printfs, pushes } from "../text-rows.ts"
import { transliterated } from "../translation.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** `pack` and `unpack` (perlfunc): templates that decode a whole text are computed. */
const packs: Row = (call) => {
  const template = call.world.constant(call.args[0])?.trim() ?? ""
  const given = call.args.slice(1).flatMap((one) => (one.kind === "items" ? one.items : [one]))
  if (/^[CcUW]\*?$|^\((?:[CcUW])\)\*$/.test(template))
    return gathered(
      call,
      given.map((one) => (one.kind === "numeral" ? text(String.fromCharCode(one.number & 0xff)) : one)),
    )
  const [first] = given
  if (first === undefined) return undefined
  const constant = /^H\*?$/.test(template) ? call.world.constant(first) : undefined
  return call.world.step("decode", "pack", first, call.at, constant === undefined ? undefined : base16(constant))
}
const unpacks: Row = (call) => {
  const template = call.world.constant(call.args[0])?.trim() ?? ""
  const constant = call.world.constant(call.args[1])
  if (constant !== undefined && /^[CcUW]\*$/.test(template) && constant.length <= mappedMax)
    return { kind: "items", items: [...constant].map((one): Thing => ({ kind: "numeral", number: one.charCodeAt(0) })) }
  return steps("decode", 1, /^u\*?$/.test(template) ? uudecoded : undefined)(call)
}

/** uuencoded lines (perlfunc, `pack`, template `u`). */
function uudecoded(input: string): string {
  let out = ""
  for (const line of input.split("\n")) {
    const size = line === "" ? 0 : (line.charCodeAt(0) - 32) & 63
    const digits = [...line.slice(1)].map((one) => (one.charCodeAt(0) - 32) & 63)
    let bytes = ""
    for (let at = 0; at < digits.length; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = digits.slice(at, at + 4)
      bytes += String.fromCharCode(((a << 2) | (b >> 4)) & 255, ((b << 4) | (c >> 2)) & 255, ((c << 6) | d) & 255)
    }
    out += bytes.slice(0, size)
  }
  return out
}

const mapped: Row = (call) => {
  const [block, ...rest] = call.args
  if (block === undefined) return undefined
  const over: Thing = rest.length === 1 && rest[0] !== undefined ? rest[0] : { kind: "items", items: rest }
  if (call.name.endsWith("map")) return maps({ ...call, args: [block, over] })
  call.world.invoke(block, [call.world.either(itemsOf(call, over) ?? [over])], call)
  return over
}

/** The first item of a list, which is not in it any more. */
const shifts: Row = (call) => {
  const [given] = call.args
  if (given?.kind !== "items") return given
  return (call.name.endsWith("pop") ? given.items.pop() : given.items.shift()) ?? unknown("an argument")
}

const joined: Row = (call) => {
  const [between, ...rest] = call.args
  const items = rest.flatMap((one) => (one.kind === "items" ? one.items : [one]))
  return joins({ ...call, of: between ?? text(""), args: [{ kind: "items", items }] })
}

const reversed: Row = (call) => {
  const items = call.args.flatMap((one) => (one.kind === "items" ? one.items : [one]))
  const [only] = items
  // Of one text its characters, as where one is wanted; of more the items.
  if (items.length === 1 && only !== undefined)
    return steps("slice", 0, (input) => [...input].reverse().join(""))({ ...call, args: [only] })
  return { kind: "items", items: items.toReversed() }
}

const splits: Row = (call) => {
  const [pattern, given] = call.args
  const [constant, between] = [call.world.constant(given), call.world.constant(pattern)]
  if (constant === undefined) return given
  const literal = between?.replaceAll(/\\(\W)/g, "$1")
  const parts =
    literal === undefined || /[\\[\](){}|*+?^$.]/.test(between?.replaceAll(/\\\W/g, "") ?? "")
      ? undefined
      : literal === " "
        ? constant.trim().split(/\s+/)
        : constant.split(literal)
  return parts === undefined || parts.length > mappedMax ? given : { kind: "items", items: parts.map(text) }
}

/** `s/from/to/flags` of a constant where both are constant and the pattern is a plain text. */
const changes: Row = (call) => {
  const [of, from, to, flags] = call.args
  const [pattern, replacement] = [call.world.constant(from), call.world.constant(to)]
  const isPlain = pattern !== undefined && !/[\\[\](){}|*+?^$.]/.test(pattern) && pattern !== ""
  const isAll = call.world.constant(flags)?.includes("g") ?? false
  if (of === undefined) return undefined
  return steps("edit", 0, (input) => {
    if (!isPlain || replacement === undefined) return undefined
    return isAll ? input.replaceAll(pattern, () => replacement) : input.replace(pattern, () => replacement)
  })(call)
}

const transliterates: Row = (call) => {
  const [, from, to, flags] = call.args.map((one) => call.world.constant(one))
  return steps("translate", 0, (input) => {
    if (from === undefined || to === undefined) return undefined
    return transliterated(input, from, to === "" && !flags?.includes("d") ? from : to)
  })(call)
}

const substring: Row = (call) => {
  const [from, length] = call.args.slice(1, 3)
  return steps("slice", 0, (input) => {
    if (from?.kind !== "numeral" || (length !== undefined && length.kind !== "numeral")) return undefined
    const start = from.number < 0 ? input.length + from.number : from.number
    return input.slice(start, length === undefined ? undefined : length.number < 0 ? input.length + length.number : start + length.number)
  })(call)
}

const formats: Row = (call) =>
  printfs({
    ...call,
    args: [
      call.args[0] ?? unknown("nothing"),
      { kind: "items", items: call.args.slice(1).flatMap((one) => (one.kind === "items" ? one.items : [one])) },
    ],
  })

const repeats: Row = (call) => {
  const [of, times] = call.args
  const constant = call.world.constant(of)
  if (constant === undefined || times?.kind !== "numeral" || constant.length * times.number > call.world.limits.valueBytesMax) return of
  return text(constant.repeat(Math.max(0, Math.trunc(times.number))))
}

/** Perl's texts and lists, and the modules that decode (perlfunc). */
export const texts: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["(each)", anyOf],
  ["(list)", (call) => (call.args[0]?.kind === "items" ? { kind: "items", items: [...call.args[0].items] } : call.args[0])],
  ["(match)", steps("search", 0)],
  ["(pattern)", passes(0)],
  ["(s)", changes],
  ["(tr)", transliterates],
  ["(repeat)", repeats],
  ["pack", packs],
  ["unpack", unpacks],
  ...named(["map", "grep", "sort", "first", "any", "all"], mapped),
  ...named(["shift", "pop"], shifts),
  ...named(["push", "unshift"], (call) => {
    const [list, ...more] = call.args
    return list === undefined
      ? undefined
      : pushes(
          { ...call, of: list },
          more.flatMap((one) => (one.kind === "items" ? one.items : [one])),
        )
  }),
  // Of the environment: each name of it tells all of it (`$ENV{$_}`).
  ...named(["keys", "values", "each"], (call) => (call.args[0]?.kind === "api" ? call.world.value(call.args[0]) : undefined)),
  ["join", joined],
  ["reverse", reversed],
  ["split", splits],
  ["substr", substring],
  ["sprintf", formats],
  ["chr", character],
  ["ord", ordinal],
  ["int", integer],
  ["hex", (call) => integer({ ...call, args: [call.args[0] ?? unknown("nothing"), text("16")] })],
  ["oct", (call) => integer({ ...call, args: [call.args[0] ?? unknown("nothing"), text("8")] })],
  ...["lc", "uc"]
    .flatMap((name) => plain([name], (input) => (name === "lc" ? input.toLowerCase() : input.toUpperCase())))
    .map(([name, row]): readonly [string, Row] => [name, (call) => row({ ...call, of: call.args[0] ?? unknown("nothing") })]),
  ...named(["decode_base64", "MIME::Base64.decode"], steps("decode", 0, base64)),
  ...named(["decode_qp", "uri_unescape", "decode_entities", "from_json", "decode_json", "thaw", "decode"], steps("decode", 0)),
  ["rot13", steps("decode", 0, rot13)],
  ...named(["uncompress", "Compress::Zlib::uncompress"], steps("decompress", 0, inflates(inflateSync))),
  ...named(["memGunzip", "Compress::Zlib::memGunzip"], steps("decompress", 0, inflates(gunzipSync))),
  ...named(
    [
      "gunzip",
      "inflate",
      "bunzip2",
      "unxz",
      "anyinflate",
      "IO::Uncompress::Gunzip.new",
      "IO::Uncompress::AnyInflate.new",
      "Archive::Tar.new",
      "Archive::Zip.new",
      "gzopen",
    ],
    (call) => {
      const path = call.world.value(call.args[0])
      return call.world.step(
        "decompress",
        call.name,
        path.kind === "text" || path.kind === "joined" ? (reads(0)(call) ?? path) : path,
        call.at,
      )
    },
  ),
])

const same = (call: Call): Thing | undefined => (call.of.kind === "instance" || call.of.kind === "api" ? undefined : call.of)
export const textMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(
    ["content", "decoded_content", "body", "getline", "getlines", "slurp", "slurp_utf8", "slurp_raw", "text", "res", "result", "result"],
    same,
  ),
  ...named(["print", "printf", "say", "write", "spew", "send", "syswrite"], (call) =>
    call.of.kind === "sink" ? call.of.take(call.world.value(call.args[0]), call.at) : call.of.kind === "fetched" ? sends(call) : undefined,
  ),
  ...named(["decrypt"], steps("decrypt", 0)),
])
