import { text, type Value } from "../../../model/code.ts"
import { constantOf, textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"
import { normalPath, resolvePath } from "../files.ts"
import { Input } from "../streams.ts"

/** Files come out of an archive: into a folder, under their names where these are given. */
export function unpack(call: Call, what: Value, folder: Value | undefined, members: readonly Value[]): void {
  const { machine } = call
  const into = folder ?? text(".")
  for (const member of members) call.write(folder === undefined ? member : machine.build.joined([folder, text("/"), member]), what)
  if (members.length > 0) return
  call.write(into, what)
  const under = constantOf(resolvePath(machine, into))
  if (under === undefined) return
  if (machine.unpacked.length < machine.limits.valuePartsMax) machine.unpacked.push({ under: normalPath(under), value: what })
  else machine.giveUp("many archives that are unpacked", call.at)
}

/** `tar xf a.tar`, `tar -xOf -`, `tar --extract --to-command=program`; other modes read files. */
const tar: Tool = (call) => {
  const first = call.words[0] ?? ""
  const bundled = first !== "" && !first.startsWith("-")
  const read = call.with(bundled ? call.args.slice(1) : call.args).options({
    short: "fCTIXbHKNgLFV",
    long: [
      "file",
      "directory",
      "use-compress-program",
      "to-command",
      "files-from",
      "transform",
      "exclude",
      "strip-components",
      "checkpoint-action",
    ],
  })
  const { values, operands } = read
  const flags = new Set([...read.flags, ...(bundled ? first : "")])
  const rest = [...operands]
  const bundledValue = (letter: string): Value | undefined => (bundled && first.includes(letter) ? rest.shift() : undefined)
  const archive = bundledValue("f") ?? values.get("f")?.[0] ?? values.get("file")?.[0]
  const folder = bundledValue("C") ?? values.get("C")?.[0] ?? values.get("directory")?.[0]
  const action = values.get("checkpoint-action")?.[0]
  const ran = action === undefined ? undefined : /^exec=([\s\S]*)$/.exec(constantOf(action) ?? "")?.[1]
  if (ran !== undefined) call.runsShell(text(ran))
  const filter = values.get("I")?.[0] ?? values.get("use-compress-program")?.[0]
  if (filter !== undefined) call.machine.evaluator.text(call.machine, filter, call.streams, call.at)
  const packed = archive === undefined || textual(archive) === "-" ? call.input : call.content(archive)
  if (!(flags.has("x") || flags.has("extract") || flags.has("get"))) {
    if (flags.has("t") || flags.has("list")) return { kind: "unknown", why: "names in an archive" }
    const made = call.step("edit", call.contents(rest))
    if (archive === undefined || textual(archive) === "-") return made
    call.write(archive, made)
    return
  }
  const what = call.step("decompress", packed)
  const program = values.get("to-command")?.[0]
  if (program !== undefined) call.runsShell(program, call.streams.copy({ input: new Input(what) }))
  if (flags.has("O") || flags.has("to-stdout")) return what
  unpack(
    call,
    what,
    folder,
    rest.filter((member) => !(textual(member) ?? "").startsWith("-")),
  )
  return
}

/** `unzip -p a.zip member`, `unzip a.zip -d folder`. */
const unzip: Tool = (call) => {
  const { flags, values, operands } = call.options({ short: "dPx" })
  const [archive, ...members] = operands
  const what = call.step("decompress", archive === undefined ? call.input : call.content(archive))
  if (flags.has("p") || flags.has("c")) return what
  unpack(call, what, values.get("d")?.[0], members)
  return
}

/** `cpio -i < archive`, `pax -r`. */
const cpio: Tool = (call) => {
  const { flags, values, operands } = call.options({ short: "FIODEHf" })
  const from = values.get("F")?.[0] ?? values.get("I")?.[0] ?? values.get("f")?.[0]
  const read = from === undefined ? call.input : call.content(from)
  if (!["i", "extract", "r"].some((flag) => flags.has(flag))) return call.step("edit", read)
  const what = call.step("decompress", read)
  if (flags.has("to-stdout")) return what
  unpack(call, what, values.get("D")?.[0], operands)
  return
}

/** `7z x a.7z -ofolder`, `7z e -so a.7z`. */
const sevenZip: Tool = (call) => {
  const { flags, values, operands } = call.options({ short: "op" })
  const [mode, archive, ...members] = operands
  const letter = mode === undefined ? undefined : textual(mode)
  const read = archive === undefined ? call.input : call.content(archive)
  if (letter !== "x" && letter !== "e") return call.step("edit", read)
  const what = call.step("decompress", read)
  if (flags.has("s") && call.words.includes("-so")) return what
  unpack(
    call,
    what,
    values.get("o")?.find((one) => textual(one) !== ""),
    members,
  )
  return
}

/** `rpm2cpio`, `dpkg-deb --fsys-tarfile`: what is in a package, on their output. */
const opened: Tool = (call) => call.step("decompress", call.contents(call.options().operands))

/** `unrar`, `cabextract`, `unsquashfs`, `arj`: whatever is in it. */
const whole: Tool = (call) => {
  const archive = call.options({ short: "dF" }).operands.find((path) => !/^[a-z]$/.test(textual(path) ?? ""))
  unpack(call, call.step("decompress", archive === undefined ? call.input : call.content(archive)), undefined, [])
  return
}

/** `unshar`, and archives that are scripts. */
const unshar: Tool = (call) => {
  call.runs(call.contents(call.options({ short: "dc" }).operands), "shell")
  return
}

export const archives: readonly (readonly [string, Tool])[] = [
  ["tar", tar],
  ["bsdtar", tar],
  ["star", tar],
  ["unzip", unzip],
  ["funzip", opened],
  ["cpio", cpio],
  ["pax", cpio],
  ["7z", sevenZip],
  ["7za", sevenZip],
  ["7zr", sevenZip],
  ["7zz", sevenZip],
  ["unrar", whole],
  ["cabextract", whole],
  ["unsquashfs", whole],
  ["dtrx", whole],
  ["rpm2cpio", opened],
  ["rpm2archive", opened],
  ["dpkg-deb", opened],
  ["unshar", unshar],
]
