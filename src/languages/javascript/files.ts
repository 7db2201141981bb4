import { posix } from "node:path"
import { text, unknown } from "../../model/code.ts"
import type { Row, Thing } from "../imperative/platform.ts"
import { argument, callsBack, contentOf, copies, deletes, instance, opensForWriting, passes, reads, writes } from "../imperative/rows.ts"

const back = (row: Row): Row => callsBack(row, unknown("no error"))

/** A descriptor knows its file. */
const opens: Row = (call) => {
  const file = reads(0)(call)
  const flags = call.world.constant(call.args[1]) ?? "r"
  return instance("file", file === undefined ? undefined : call.world.value(file), [
    ["path", call.args[0] ?? unknown("a path")],
    ["flags", text(flags)],
  ])
}

const writesOpen: Row = (call) => {
  const file = call.of.kind === "instance" && call.of.type === "file" ? call.of : call.args[0]
  const path = file?.kind === "instance" ? file.fields.get("path") : undefined
  const what = file === call.of ? call.args[0] : call.args[1]
  call.world.act({ kind: "writes", path: call.world.value(path), what: call.world.value(what), at: call.at })
  return unknown("nothing")
}

/** Names of the files of a folder. */
const lists: Row = (call) => ({
  kind: "names",
  search: { by: "name", syntax: "glob", ignoresCase: false, pattern: text("*"), within: [contentOf(call, 0)] },
  at: call.at,
})

/** Names of files by a pattern of names. */
const globs: Row = (call) => ({
  kind: "names",
  search: { by: "name", syntax: "glob", ignoresCase: false, pattern: contentOf(call, 0), within: [] },
  at: call.at,
})

/** Parts of a path, put together as far as they are known. */
const path: Row = (call) => {
  const known = call.args.map((one) => call.world.constant(one))
  const constants = known.filter((one) => one !== undefined)
  if (constants.length === known.length && known.length > 0) return text(posix.join(...constants))
  return call.world.joined(call.args.flatMap((one, index): readonly Thing[] => (index === 0 ? [one] : [text("/"), one])))
}

const part =
  (compute: (path: string, more: string | undefined) => string): Row =>
  (call) => {
    const whole = call.world.constant(call.args[0])
    return whole === undefined
      ? call.world.step("slice", call.name, call.args[0] ?? unknown("a path"), call.at)
      : text(compute(whole, call.world.constant(call.args[1])))
  }

/** `new URL("./x", import.meta.url)` is a file beside this one. */
const address: Row = (call) => {
  const [relative, base] = call.args.map((one) => call.world.constant(one))
  if (relative !== undefined && base?.startsWith("file:") === true && !/^[a-z]+:/i.test(relative))
    return text(posix.join(posix.dirname(base.slice(5)), relative))
  return call.world.joined(call.args.toReversed())
}

export const files: readonly (readonly [string, Row])[] = [
  ...[
    "fs.readFile",
    "fs.createReadStream",
    "fs.readlink",
    "fs.readJson",
    "fs.readJSON",
    "fs.openAsBlob",
    "Deno.readTextFile",
    "Deno.readFile",
    "Bun.file",
  ].map((name) => [name, back(reads(0))] as const),
  ...[
    "fs.writeFile",
    "fs.appendFile",
    "fs.outputFile",
    "fs.writeJson",
    "fs.writeJSON",
    "fs.outputJson",
    "Deno.writeTextFile",
    "Deno.writeFile",
    "Bun.write",
  ].map((name) => [name, back(writes(0, 1))] as const),
  ...["fs.copyFile", "fs.cp", "fs.copy", "fs.symlink", "fs.link"].map((name) => [name, back(copies(0, 1))] as const),
  ...["fs.rename", "fs.move", "fs.moveFile"].map((name) => [name, back(copies(0, 1, true))] as const),
  ...[
    "fs.unlink",
    "fs.rm",
    "fs.rmdir",
    "fs.remove",
    "fs.emptyDir",
    "rimraf",
    "rimraf.rimraf",
    "del",
    "del.deleteAsync",
    "shelljs.rm",
    "Deno.remove",
  ].map((name) => [name, back(deletes(0))] as const),
  ["fs.createWriteStream", opensForWriting(0)],
  ["fs.open", back(opens)],
  ["fs.write", back(writesOpen)],
  ["file.write", writesOpen],
  ["file.writeFile", writesOpen],
  ["file.appendFile", writesOpen],
  ["fs.read", (call) => (call.args[0]?.kind === "instance" ? call.args[0].holds : undefined)],
  ["fs.readdir", back(lists)],
  ["fs.glob", globs],
  ...["glob", "glob.glob", "glob.sync", "glob.globSync", "fast-glob", "fast-glob.sync", "globby", "globby.sync"].map(
    (name) => [name, back(globs)] as const,
  ),
  ["shelljs.cat", reads(0)],
  ["shelljs.cp", copies(0, 1)],
  ["shelljs.mv", copies(0, 1, true)],
  ...["path.join", "path.resolve", "path.normalize"].map((name) => [name, path] as const),
  ["path.basename", part((whole, suffix) => posix.basename(whole, suffix))],
  ["path.dirname", part((whole) => posix.dirname(whole))],
  ["path.extname", part((whole) => posix.extname(whole))],
  ["new URL", address],
  ["url.URL", address],
  ["new url.URL", address],
  ["url.fileURLToPath", (call) => text((call.world.constant(argument(call, 0)) ?? "").replace(/^file:/, ""))],
  ["url.pathToFileURL", passes(0)],
  ...[
    "fs.existsSync",
    "fs.exists",
    "fs.stat",
    "fs.lstat",
    "fs.access",
    "fs.mkdir",
    "fs.mkdirp",
    "fs.ensureDir",
    "fs.chmod",
    "fs.chown",
    "fs.utimes",
    "fs.close",
    "fs.realpath",
  ].map((name) => [name, callsBack(() => unknown("facts of a file"), unknown("no error"))] as const),
]
