import { posix } from "node:path"
import { text, unknown } from "../../model/code.ts"
import { base16, base64 } from "../encodings.ts"
import type { Call, Platform, Row, Thing } from "../imperative/platform.ts"
import {
  all,
  contentOf,
  copies,
  deletes,
  environment,
  instance,
  loads,
  opensForWriting,
  passes,
  reads,
  steps,
  wholeEnvironment,
  writes,
} from "../imperative/rows.ts"
import { blindRow } from "../lowering.ts"
import { anyOf, bytesOf, character, gathered, joins, maps, pushes, replaced, reversed } from "../text-rows.ts"
import { adds, beside, command, compiles, formatted, included, links, prints, runs } from "./build.ts"
import { network, networkMethods } from "./network.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

const joinsPath: Row = (call) => {
  if (call.of.kind === "items") return joins(call)
  const whole = call.world.joined([call.of, text("/"), ...call.args])
  return whole.kind === "text" ? text(posix.normalize(whole.text)) : whole
}

const decompresses = steps("decompress", 0)
const calls: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["(blind)", blindRow],
  ["(module)", loads(0)],
  ["(each)", anyOf],
  ["(char)", (call) => (call.args[0]?.kind === "text" ? call.args[0] : character(call))],
  ["(slice)", steps("slice", 0)],
  ["(tokens)", (call) => call.world.runsText(call.args[0] ?? unknown("nothing"), "rust", call) ?? unknown("tokens")],
  // A name for a thing of a crate runs nothing.
  [
    "import",
    (call) => {
      const name = call.world.constant(call.args[0])
      return name === undefined ? unknown("a module") : { kind: "api", name: canonical(name) }
    },
  ],
  ["Command.new", command],
  ...named(["Command.arg", "Command.args"], adds),
  ...named(["Command.output", "Command.spawn", "Command.status", "Command.exec"], runs),
  ...named(
    ["Command.env", "Command.envs", "Command.current_dir", "Command.stdin", "Command.stdout", "Command.stderr", "Command.env_clear"],
    passes("this"),
  ),
  ...named(["cmake.build", "cmake.Config.new", "autotools.build"], (call) => {
    call.world.act({ kind: "runs", as: "program", what: text(call.name.split(".")[0] ?? "cmake"), with: [contentOf(call, 0)], at: call.at })
    return unknown("a build")
  }),
  ...named(["cc.Build.new", "cc.Config.new"], () => instance("cc.Build")),
  ["cc.Build.file", compiles(0)],
  ["cc.Build.files", compiles(0)],
  ["cc.Build.object", links],
  ...named(["fs.read", "fs.read_to_string", "File.open", "fs.File.open", "std.fs.read"], reads(0)),
  ...named(["File.create", "File.create_new", "OpenOptions.open"], opensForWriting(0)),
  ["fs.write", writes(0, 1)],
  ...named(["fs.copy", "fs.hard_link", "unix.fs.symlink"], copies(0, 1)),
  ["fs.rename", copies(0, 1, true)],
  ...named(["fs.remove_file", "fs.remove_dir", "fs.remove_dir_all"], deletes(0)),
  ...named(["fs.read_dir", "glob.glob", "WalkDir.new", "walkdir.WalkDir.new"], (call) => ({
    kind: "names",
    search: {
      by: "name",
      syntax: "glob",
      ignoresCase: false,
      pattern: call.name === "glob.glob" ? contentOf(call, 0) : text("*"),
      within: call.name === "glob.glob" ? [] : [contentOf(call, 0)],
    },
    at: call.at,
  })),
  ...named(["include_str!", "include_bytes!"], included),
  [
    "include!",
    (call) => {
      call.world.act({ kind: "runs", as: "source", what: { kind: "file", path: beside(call), at: call.at }, at: call.at })
      return unknown("what was included")
    },
  ],
  ...named(["env.var", "env.var_os", "env!", "option_env!"], environment(0)),
  ...named(["env.vars", "env.vars_os"], wholeEnvironment),
  ...named(["println!", "print!"], prints),
  ["format!", (call) => formatted(call, 0)],
  ["concat!", (call) => call.world.joined(call.args)],
  ["vec!", (call) => ({ kind: "items", items: [...call.args] })],
  ...named(
    [
      "Ok",
      "Some",
      "Box.new",
      "BufWriter.new",
      "LineWriter.new",
      "BufReader.new",
      "Rc.new",
      "Arc.new",
      "String.from",
      "Vec.from",
      "PathBuf.from",
      "Path.new",
      "Cow.from",
      "Cow.Borrowed",
      "OsString.from",
      "OsStr.new",
      "CString.new",
      "BufReader.new",
      "Cursor.new",
      "io.Cursor.new",
      "str.to_string",
    ],
    passes(0),
  ),
  ...named(
    ["String.from_utf8", "String.from_utf8_lossy", "str.from_utf8", "String.from_utf8_unchecked", "str.from_utf8_unchecked", "from_utf8"],
    bytesOf,
  ),
  ...named(
    ["libloading.Library.new", "Library.new", "Library.open", "dlopen.raw.Library.open", "libc.dlopen", "dlopen"],
    loads(0, "object"),
  ),
  ...network,
  ["base64.decode", steps("decode", 0, base64)],
  ["hex.decode", steps("decode", 0, base16)],
  ...named(
    [
      "GzDecoder.new",
      "MultiGzDecoder.new",
      "ZlibDecoder.new",
      "DeflateDecoder.new",
      "XzDecoder.new",
      "BzDecoder.new",
      "zstd.decode_all",
      "zstd.Decoder.new",
      "lz4.Decoder.new",
      "Archive.new",
      "tar.Archive.new",
      "ZipArchive.new",
      "zip.ZipArchive.new",
      "brotli.Decompressor.new",
    ],
    decompresses,
  ),
])

/** What a closure makes of what it is called on; else the default. */
const given = (call: Call, one: Thing): Thing =>
  one.kind === "closure" || one.kind === "api" ? call.world.invoke(one, [call.of], call) : one
const otherwise: Row = (call) => call.world.either([call.of, ...call.args.map((one) => given(call, one))])

const same: Row = ({ of }) => (of.kind === "instance" && of.type !== "" ? undefined : of)
const methods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(
    [
      "unwrap",
      "expect",
      "unwrap_or_default",
      "clone",
      "to_string",
      "to_owned",
      "as_str",
      "as_ref",
      "as_bytes",
      "as_path",
      "into",
      "into_bytes",
      "into_string",
      "iter",
      "into_iter",
      "iter_mut",
      "bytes",
      "chars",
      "collect",
      "to_vec",
      "display",
      "to_str",
      "to_string_lossy",
      "into_owned",
      "ok",
      "await",
      "text",
      "body",
      "into_reader",
      "trim",
      "copied",
      "cloned",
      "join_all",
      "as_deref",
      "to_path_buf",
      "into_iter",
      "as_slice",
      "as_mut",
    ],
    same,
  ),
  ...named(["map", "filter_map", "flat_map", "and_then", "for_each"], (call) => {
    const block = call.args.at(-1)
    return block === undefined || block.kind === "instance" ? undefined : maps({ ...call, args: [block, call.of] })
  }),
  ...named(["or_else", "unwrap_or_else", "get_or_insert_with"], otherwise),
  ...named(["unwrap_or", "or"], (call) => call.world.either([call.of, ...call.args])),
  ...named(["map_or", "map_or_else"], (call) => call.world.either(call.args.map((one) => given(call, one)))),
  ...named(["get_or_init", "get_or_try_init", "call_once"], (call) => given(call, call.args[0] ?? unknown("nothing"))),
  ["rev", (call) => reversed({ ...call, args: [call.of] })],
  ["join", joinsPath],
  ["concat", (call) => (call.of.kind === "items" ? gathered(call, call.of.items) : undefined)],
  ["replace", replaced],
  ["push", (call) => pushes(call, call.args)],
  ...networkMethods,
  ["open", (call) => (call.args.length === 1 ? all(reads(0), opensForWriting(0))(call) : undefined)],
  ["decode", steps("decode", 0, base64)],
  ...named(["decrypt", "decrypt_in_place", "decrypt_padded_vec_mut"], steps("decrypt", 0)),
  [
    "unpack",
    (call) => {
      call.world.act({ kind: "writes", path: contentOf(call, 0), what: contentOf(call, "this"), at: call.at })
      return unknown("nothing")
    },
  ],
])

/** The module paths of the standard library and of facades over it, without which names in the table are written. */
const canonical = (name: string): string =>
  name
    .replace(/^(?:std|core|alloc|tokio|async_std)\.(?=\w)/, "")
    .replace(
      /^(?:process|fs|io|path|string|boxed|rc|sync|borrow|ffi|net|vec|xz2\.read|flate2\.(?:read|bufread)|bzip2\.read|reqwest\.blocking|tar|zip|libloading)\.(?=[A-Z])/,
      "",
    )

export const rust: Platform = {
  language: "rust",
  calls,
  methods,
  canonical,
  isEnvironment: () => false,
  isEntry: (name) => name === "main",
}
