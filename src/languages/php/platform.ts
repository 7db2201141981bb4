import { posix } from "node:path"
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib"
import { type Place, type Search, text, unknown } from "../../model/code.ts"
import { base16, base64, inflates, rot13 } from "../encodings.ts"
import type { Call, Platform, Row, Thing } from "../imperative/platform.ts"
import {
  contentOf,
  copies,
  deletes,
  environment,
  fetches,
  opensForWriting,
  passes,
  reads,
  runsText,
  steps,
  wholeEnvironment,
  writes,
} from "../imperative/rows.ts"
import { blindRow } from "../lowering.ts"
import { started } from "../process-rows.ts"
import { anyOf, character, itemsOf, joins, mappedMax, maps, ordinal, plain, printfs, pushes } from "../text-rows.ts"
import { transliterated } from "../translation.ts"
import { isAddress, network } from "./network.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [`${name}()`, row])
/** A file or an address: PHP's functions take both. A filter in front of it decodes. */
const readsAny: Row = (call) => {
  const constant = call.world.constant(call.args[0])
  const [, filter, path] = constant === undefined ? [] : (/^php:\/\/filter\/(.*?)resource=(.*)$/i.exec(constant) ?? [])
  if (path !== undefined)
    return call.world.step("decode", filter ?? "filter", reads(0)({ ...call, args: [text(path)] }) ?? text(""), call.at)
  return isAddress(call) ? fetches(0)(call) : reads(0)(call)
}

const opens: Row = (call) => {
  const mode = call.world.constant(call.args[1]) ?? "r"
  const things = [...(/[r+]/.test(mode) ? [readsAny(call)] : []), ...(/[waxc+]/.test(mode) ? [opensForWriting(0)(call)] : [])]
  return call.world.either(things.filter((one) => one !== undefined))
}

const includes: Row = (call) => {
  const path = call.world.constant(call.args[0])
  if (path !== undefined) call.world.takesAll(posix.normalize(path))
  call.world.runsText({ kind: "file", path: call.world.path(call.args[0]), at: call.at }, "php", call)
  return unknown("what a file gave")
}

const callable = (call: Call, what: Thing | undefined): Thing => {
  const name = call.world.constant(what)
  return name === undefined ? (what ?? unknown("a function")) : { kind: "api", name: `${name.replace(/^.*\\/, "").toLowerCase()}()` }
}

/** A function that a text names: `$f(...)`, `call_user_func($f, ...)`. */
const calls: Row = (call) => {
  const [what, ...rest] = call.args
  if (what === undefined) return undefined
  const name = call.world.constant(what)
  const args = call.name === "call_user_func_array()" ? (itemsOf(call, rest[0]) ?? rest) : rest
  if (name !== undefined) return call.world.invoke(callable(call, what), args, call)
  if (what.kind === "closure" || what.kind === "api" || what.kind === "some") return call.world.invoke(what, args, call)
  if (call.world.value(what).kind !== "unknown") call.world.blind(call.at, "calls a function whose name is computed")
  return undefined
}

const evaluates = runsText(0, "php")
const transliterates: Row = (call) => {
  const [, from, to] = call.args.map((one) => call.world.constant(one))
  return steps("translate", 0, (input) =>
    from === undefined || to === undefined ? undefined : transliterated(input, from.replaceAll("-", "\\-"), to.replaceAll("-", "\\-")),
  )(call)
}
const replaces: Row = (call) => {
  const [from, to] = call.args.map((one) => call.world.constant(one))
  return steps("edit", 2, (input) =>
    from === undefined || to === undefined || from === "" ? undefined : input.replaceAll(from, () => to),
  )(call)
}
const searches: Row = (call) => {
  const search: Search = {
    by: "name",
    syntax: "glob",
    ignoresCase: false,
    pattern: call.name === "glob()" ? contentOf(call, 0) : text("*"),
    within: call.name === "glob()" ? [] : [contentOf(call, 0)],
  }
  return { kind: "names", search, at: call.at }
}
const splits: Row = (call) => {
  const [between, input] = [call.world.constant(call.args[0]), call.world.constant(call.args[1])]
  const pieces = between === undefined || input === undefined || between === "" ? undefined : input.split(between)
  return pieces === undefined || pieces.length > mappedMax ? call.args[1] : { kind: "items", items: pieces.map(text) }
}
const joined: Row = (call) => {
  const [between, items] = call.args[0]?.kind === "items" ? [call.args[1] ?? text(""), call.args[0]] : call.args
  return items === undefined ? between : joins({ ...call, of: between ?? text(""), args: [items] })
}
const formatted: Row = (call) =>
  printfs({ ...call, args: [call.args[0] ?? unknown("nothing"), { kind: "items", items: call.args.slice(1) }] })
const cut: Row = (call) => {
  const [from, length] = call.args.slice(1)
  return steps("slice", 0, (input) => {
    if (from?.kind !== "numeral" || (length !== undefined && length.kind !== "numeral")) return undefined
    return input.slice(from.number).slice(0, length === undefined ? undefined : length.number)
  })(call)
}

const table: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["(blind)", blindRow],
  ["(each)", anyOf],
  ["(call)", calls],
  ...named(["call_user_func", "call_user_func_array"], calls),
  ...named(["array_map"], (call) => maps({ ...call, args: [callable(call, call.args[0]), ...call.args.slice(1)] })),
  ...named(["array_walk", "array_filter", "usort", "preg_replace_callback"], (call) => {
    const [first, second] = call.args
    if (second === undefined || first === undefined) return undefined
    return calls({
      ...call,
      name: "(call)",
      args: call.name === "preg_replace_callback()" ? [second, call.args[2] ?? first] : [second, first],
    })
  }),
  ...named(["system", "exec", "passthru", "shell_exec", "popen"], runsText(0, "shell")),
  ...named(["proc_open", "pcntl_exec"], (call) => {
    const [given, args] = call.args
    if (given === undefined) return undefined
    return started(
      call,
      given.kind === "items"
        ? given
        : { kind: "items", items: [given, ...(args?.kind === "items" && call.name.startsWith("pcntl") ? args.items : [])] },
      call.name.startsWith("proc") && given.kind !== "items",
      undefined,
    )
  }),
  ...named(["eval", "assert"], evaluates),
  ...named(["create_function"], runsText(1, "php")),
  ...named(["include"], includes),
  ...named(["dl"], (call) => {
    call.world.act({ kind: "runs", as: "object", what: contentOf(call, 0), at: call.at })
    return unknown("whether it was loaded")
  }),
  ...named(["file_get_contents", "file", "readfile", "fopen_read", "show_source", "simplexml_load_file"], readsAny),
  ...named(["fopen", "gzopen", "bzopen"], opens),
  ...named(["fread", "fgets", "stream_get_contents", "gzread", "fgetc", "fscanf"], passes(0)),
  ...named(["file_put_contents"], writes(0, 1)),
  ...named(["copy", "link", "symlink", "move_uploaded_file"], copies(0, 1)),
  ...named(["rename"], copies(0, 1, true)),
  ...named(["unlink", "rmdir"], deletes(0)),
  ...named(["glob", "scandir", "opendir"], searches),
  ...network,
  // What is so or not is no content (`assert(is_resource($out))`, phpunit).
  ...named(
    [
      "isset",
      "empty",
      "in_array",
      "array_key_exists",
      "method_exists",
      "function_exists",
      "class_exists",
      "file_exists",
      "count",
      "strlen",
    ],
    () => unknown("whether it is so"),
  ),
  ...named(
    ["array", "bool", "callable", "dir", "file", "int", "link", "null", "numeric", "object", "resource", "string"].map(
      (kind) => `is_${kind}`,
    ),
    () => unknown("whether it is so"),
  ),
  ...named(["getenv"], (call) => (call.args.length === 0 ? wholeEnvironment(call) : environment(0)(call))),
  ...named(["base64_decode"], steps("decode", 0, base64)),
  ...named(["hex2bin"], steps("decode", 0, base16)),
  ...named(["str_rot13"], steps("decode", 0, rot13)),
  ...named(
    ["strrev"],
    steps("slice", 0, (input) => [...input].reverse().join("")),
  ),
  ...named(["gzinflate"], steps("decompress", 0, inflates(inflateRawSync))),
  ...named(["gzuncompress", "zlib_decode"], steps("decompress", 0, inflates(inflateSync))),
  ...named(["gzdecode"], steps("decompress", 0, inflates(gunzipSync))),
  ...named(["bzdecompress", "gzfile"], steps("decompress", 0)),
  ...named(["openssl_decrypt", "sodium_crypto_secretbox_open"], steps("decrypt", 0)),
  ...named(["mcrypt_decrypt"], steps("decrypt", 2)),
  ...named(
    [
      "urldecode",
      "rawurldecode",
      "convert_uudecode",
      "unserialize",
      "json_decode",
      "html_entity_decode",
      "quoted_printable_decode",
      "pack",
      "unpack",
    ],
    (call) => steps("decode", /pack/.test(call.name) ? 1 : 0)(call),
  ),
  ...named(["strtr"], transliterates),
  ...named(["str_replace", "str_ireplace"], replaces),
  ...named(["preg_replace"], steps("edit", 2)),
  ...named(["preg_match", "preg_match_all", "strstr", "stristr"], steps("search", 0)),
  ...named(["substr", "mb_substr"], cut),
  ...named(["explode"], splits),
  ...named(["implode", "join"], joined),
  ...named(["str_split", "mb_str_split"], (call) => {
    const items = call.args.length === 1 ? itemsOf(call, call.args[0]) : undefined
    return items === undefined ? call.args[0] : { kind: "items", items: [...items] }
  }),
  ...named(["chr"], character),
  ...named(["ord"], ordinal),
  ...named(["sprintf"], formatted),
  ...named(
    ["strval", "stripslashes", "iconv", "realpath", "strtok", "array_values", "array_reverse", "current", "end", "reset"],
    passes(0),
  ),
  ...named(["dirname"], (call) => {
    const constant = call.world.constant(call.args[0])
    return constant === undefined ? call.args[0] : text(posix.dirname(constant))
  }),
  ...["trim", "strtolower", "strtoupper"]
    .flatMap((name) =>
      plain([name], (input) => (name === "trim" ? input.trim() : name === "strtolower" ? input.toLowerCase() : input.toUpperCase())),
    )
    .map(([name, row]): readonly [string, Row] => [`${name}()`, (call) => row({ ...call, of: call.args[0] ?? unknown("nothing") })]),
  ...named(["array_push"], (call) => (call.args[0] === undefined ? undefined : pushes({ ...call, of: call.args[0] }, call.args.slice(1)))),
  ...named(["echo", "printf"], (call) => call.world.prints(call.world.joined(call.args)) ?? unknown("nothing")),
])

const member = (name: string, at: Place): Thing | undefined => {
  if (name === "$_ENV") return { kind: "environment", name: "*", at, isWhole: true }
  if (name === "__DIR__") return text(posix.dirname(at.path))
  if (name === "__FILE__") return text(at.path)
  if (name === "DIRECTORY_SEPARATOR") return text("/")
  if (name === "PHP_BINARY") return text("php")
  return name === "PHP_EOL" ? text("\n") : undefined
}

export const php: Platform = {
  language: "php",
  calls: table,
  methods: new Map<string, Row>(),
  // Names of functions do not tell small letters from large ones.
  canonical: (name) => (name.endsWith("()") ? name.toLowerCase() : name),
  isEnvironment: (name) => name === "$_ENV",
  exports: (names) => names,
  argv: { names: ["$argv"], before: ["-"] },
  member: (name, at) =>
    /^\$_(?:GET|POST|REQUEST|COOKIE|SERVER|FILES)$/.test(name) ? { kind: "fetched", from: unknown("who asks"), at } : member(name, at),
}
