import { posix } from "node:path"
import { type Search, text, unknown, type Value } from "../../model/code.ts"
import type { Call, Row, Sink, Thing } from "../imperative/platform.ts"
import { argument, contentOf, copies, deletes, instance, opensForWriting, passes, reads, sink, steps, writes } from "../imperative/rows.ts"
import { replaced } from "../text-rows.ts"
import { pathOf, paths } from "./paths.ts"

const path = [0, "file", "path", "filename", "name"] as const

/** `open(path, mode)`: what is read of it, what writes into it, or either. */
const opens =
  (which: Parameters<typeof reads>[0], modeAt: number): Row =>
  (call) => {
    const given = argument(call, [modeAt, "mode"])
    const mode = given === undefined ? "r" : call.world.constant(given)
    const isRead = mode === undefined || /[r+]/.test(mode) || !/[wax]/.test(mode)
    const isWritten = mode === undefined || /[wax+]/.test(mode)
    const things = [...(isRead ? [reads(which)(call)] : []), ...(isWritten ? [opensForWriting(which)(call)] : [])]
    return call.world.either(things.filter((one) => one !== undefined))
  }

/** Content that goes through a decompressor on its way from a file. */
const opensThrough =
  (modeAt: number): Row =>
  (call) => {
    const opened = opens(path, modeAt)(call)
    const parts = opened?.kind === "some" ? opened.of : opened === undefined ? [] : [opened]
    return call.world.either(parts.map((one) => (one.kind === "sink" ? one : call.world.step("decompress", call.name, one, call.at))))
  }

/** Something that is a file already, or its name. */
const archive: Row = (call) => {
  const given = argument(call, [0, "name", "file", "fileobj"]) ?? argument(call, "fileobj")
  if (given === undefined) return undefined
  const value = call.world.value(given)
  const isName = value.kind === "text" || value.kind === "joined" || given.kind === "instance"
  if (!isName) return call.world.step("decompress", call.name, value, call.at)
  return opensThrough(1)({ ...call, args: [given, ...call.args.slice(1)] })
}

const search = (call: Call, pattern: Value, within: readonly Value[], syntax: "glob" | "expansion" = "glob"): Thing => {
  const found: Search = { by: "name", syntax, ignoresCase: false, pattern, within }
  return { kind: "names", search: found, at: call.at }
}

const globs: Row = (call) =>
  search(call, contentOf(call, [0, "pathname"]), [], argument(call, "include_hidden") === undefined ? "expansion" : "glob")
const lists: Row = (call) =>
  search(
    call,
    text("*"),
    call.args.slice(0, 1).map((one) => call.world.value(one)),
  )
const globsBelow: Row = (call) => search(call, contentOf(call, [0, "pattern"]), [call.world.value(call.of)])
const listsBelow: Row = (call) => search(call, text("*"), [call.world.value(call.of)])

const written: Row = (call) => {
  const of = fileOf(call.of)
  if (of?.kind !== "sink") return undefined
  return of.take(call.world.value(call.args[0]), call.at)
}
/** A file that nobody else names: where in the program it is made tells it from others. */
const temporary = (call: Call): Value => text(`/tmp/${call.at.path.replaceAll("/", "-")}-${call.start}`)
const opened = (call: Call, path: Value): Sink =>
  sink((what, at) => {
    call.world.act({ kind: "writes", path, what, at })
    return unknown("nothing")
  })
/** `NamedTemporaryFile()`: it has a name, and takes what is written into it. */
const namedTemporary: Row = (call) => {
  const path = temporary(call)
  call.world.act({ kind: "writes", path, what: text(""), at: call.at })
  return instance(temporaryType, undefined, [
    ["name", path],
    ["(file)", opened(call, path)],
  ])
}
const temporaryType = "tempfile.NamedTemporaryFile"
/** What is open, of what was opened. */
const fileOf = (of: Thing | undefined): Thing | undefined => (of?.kind === "instance" ? (of.fields.get("(file)") ?? of) : of)
/** `mkstemp()`: a descriptor and a name. */
const stemmed: Row = (call) => {
  const path = temporary(call)
  call.world.act({ kind: "writes", path, what: text(""), at: call.at })
  return { kind: "items", items: [opened(call, path), path] }
}
const content: Row = ({ of }) => (of.kind === "instance" || of.kind === "api" || of.kind === "closure" ? undefined : of)

/** Into a file that is open: `shutil.copyfileobj(from, to)`, `dump(what, file)`. */
const pours =
  (from: number, to: number): Row =>
  (call) => {
    const [what, into] = [argument(call, from), argument(call, to)]
    for (const one of into?.kind === "some" ? into.of : [fileOf(into)]) if (one?.kind === "sink") one.take(call.world.value(what), call.at)
    return unknown("nothing")
  }

/** A database is a file, whose name may stand in an address (SQLite, Uniform Resource Identifiers). What it is asked is a part of it. */
const database: Row = (call) => {
  const value = call.world.path(argument(call, [0, "database"]))
  if (argument(call, "uri") === undefined) return reads([0, "database"])(call)
  const parts = value.kind === "joined" ? value.parts : [value]
  const named = parts.map((one) => (one.kind === "text" ? text(one.text.replace(/^file:(?:\/\/)?/, "").replace(/\?.*$/, "")) : one))
  return reads(0)({ ...call, args: [call.world.joined(named.filter((one) => one.kind !== "text" || one.text !== ""))] })
}

const p = "pathlib.Path."

/** Files, as the standard library reaches them. */
export const files: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...paths,
  ["open", opens(path, 1)],
  ["io.open", opens(path, 1)],
  ["io.FileIO", opens(path, 1)],
  ["codecs.open", opens(path, 1)],
  ["os.open", (call) => call.world.either([reads(0)(call) ?? unknown("a file"), opensForWriting(0)(call) ?? unknown("a file")])],
  ["os.fdopen", passes(0)],
  ["os.read", passes(0)],
  ["os.write", pours(1, 0)],
  ["mmap.mmap", passes(0)],
  ...["sqlite3.connect", "sqlite3.dbapi2.connect", "apsw.Connection"].map((name): readonly [string, Row] => [name, database]),
  ["io.BytesIO", passes(0)],
  ["io.StringIO", passes(0)],
  ["io.TextIOWrapper", passes(0)],
  ["StringIO.StringIO", passes(0)],
  [temporaryType, namedTemporary],
  ["tempfile.mkstemp", stemmed],
  ["tempfile.mktemp", temporary],
  ["tempfile.TemporaryFile", opensForWriting("prefix")],
  ["gzip.open", opensThrough(1)],
  ["gzip.GzipFile", archive],
  ["bz2.open", opensThrough(1)],
  ["bz2.BZ2File", opensThrough(1)],
  ["lzma.open", opensThrough(1)],
  ["lzma.LZMAFile", opensThrough(1)],
  ["zipfile.ZipFile", archive],
  ["tarfile.open", archive],
  ["tarfile.TarFile", archive],
  ["shutil.copy", copies(0, 1)],
  ["shutil.copy2", copies(0, 1)],
  ["shutil.copyfile", copies(0, 1)],
  ["shutil.copytree", copies(0, 1)],
  ["shutil.copy_file", copies(0, 1)],
  ["shutil.copyfileobj", pours(0, 1)],
  ["shutil.move", copies(0, 1, true)],
  ["shutil.rmtree", deletes([0, "path"])],
  ["shutil.unpack_archive", copies(0, 1)],
  ["os.rename", copies(0, 1, true)],
  ["os.replace", copies(0, 1, true)],
  ["os.link", copies(0, 1)],
  ["os.symlink", copies(0, 1)],
  ["os.remove", deletes([0, "path"])],
  ["os.unlink", deletes([0, "path"])],
  ["os.rmdir", deletes([0, "path"])],
  ["os.removedirs", deletes([0, "path"])],
  ["os.walk", lists],
  ["os.listdir", lists],
  ["os.scandir", lists],
  ["os.fwalk", lists],
  ["glob.glob", globs],
  ["glob.iglob", globs],
  ["fnmatch.filter", steps("search", 0)],
  ["pkgutil.get_data", reads(1)],
  ["pkg_resources.resource_string", reads(1)],
  ["pkg_resources.resource_filename", (call) => pathOf(contentOf(call, 1))],
  ["importlib.resources.files", ({ at }) => pathOf(text(posix.dirname(at.path)))],
  ["importlib.resources.read_text", reads(1)],
  ["importlib.resources.read_binary", reads(1)],
  ["importlib.resources.open_text", reads(1)],
  ["importlib.resources.open_binary", reads(1)],
  ["linecache.getlines", reads(0)],
  [`${p}read_text`, reads("this")],
  [`${p}read_bytes`, reads("this")],
  [`${p}write_text`, writes("this", [0, "data"])],
  [`${p}write_bytes`, writes("this", [0, "data"])],
  [`${p}open`, opens("this", 0)],
  [`${p}unlink`, deletes("this")],
  [`${p}rmdir`, deletes("this")],
  [`${p}rename`, copies("this", 0, true)],
  // Of a text, as `__file__` is one, with what takes the place of what.
  [`${p}replace`, (call) => (call.args.length > 1 ? replaced({ ...call, of: call.world.value(call.of) }) : copies("this", 0, true)(call))],
  [`${p}symlink_to`, copies(0, "this")],
  [`${p}glob`, globsBelow],
  [`${p}rglob`, globsBelow],
  [`${p}iterdir`, listsBelow],
])

/** Methods of files that are open, of archives, and of what writes. */
export const fileMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...[
    "read",
    "readline",
    "readlines",
    "read1",
    "getvalue",
    "readall",
    "readinto",
    "getbuffer",
    "extractfile",
    "namelist",
    "getmembers",
    "getnames",
    // Of a path that a search gives: paths that the program makes have rows of their own.
    "as_uri",
    "as_posix",
    "absolute",
    "expanduser",
  ].map((name): readonly [string, Row] => [name, content]),
  ["write", written],
  ["writelines", written],
  ["extract", (call) => extracts(call, 1)],
  ["extractall", (call) => extracts(call, 0)],
  // A module's own reader of what stands beside it (`__loader__.get_data`).
  ["get_data", reads(0)],
  ["resource_string", reads(1)],
])

function extracts(call: Call, to: number): Thing | undefined {
  if (call.of.kind === "instance" || call.of.kind === "api" || call.of.kind === "closure") return undefined
  call.world.act({ kind: "writes", path: contentOf(call, [to, "path"]), what: call.world.value(call.of), at: call.at })
  return unknown("nothing")
}
