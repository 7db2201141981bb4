import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { sha256Of } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import type { YaraFile } from "../model/yara.ts"
import { diskFaults } from "./disk-fault.ts"
import { kindAt, readSmallFile } from "./files.ts"

/** The files of YARA rules at these paths: each file, and of a folder every .yar and .yara below it. Sorted within a folder, each path once. */
export async function yaraFilesAt(paths: readonly string[], { yaraFilesMax }: Limits): Promise<readonly string[]> {
  const files = new Set<string>()
  for (const path of paths) {
    const kind = await kindAt(path)
    if (kind === undefined)
      throw new FaultError({ kind: "unavailable", source: path, why: "there are no such YARA rules", remedy: "check the path" })
    const found = kind === "folder" ? await below(path, yaraFilesMax) : [path]
    if (found.length === 0) throw usage(path, "it has no file of YARA rules", "name a folder with .yar or .yara files, or a file")
    for (const one of found) files.add(one)
  }
  if (files.size > yaraFilesMax) throw overLimit(paths.join(", "), "yaraFilesMax", yaraFilesMax)
  return [...files]
}

/** Files by name; a folder that a link leads to is not entered, so there is an end. */
async function below(folder: string, filesMax: number): Promise<readonly string[]> {
  const files: string[] = []
  const folders = [folder]
  let seen = 0
  for (let here = folders.pop(); here !== undefined; here = folders.pop()) {
    const at = here
    const listed = await diskFaults(at, () => readdir(at, { withFileTypes: true }))
    if (!listed.ok) throw new FaultError(listed.fault)
    seen += listed.value.length
    if (seen > filesMax * namesAFile) throw overLimit(folder, "yaraFilesMax", filesMax)
    for (const one of listed.value) {
      const path = join(at, one.name)
      if (one.isDirectory()) folders.push(path)
      else if (/\.yara?$/i.test(one.name) && (await kindAt(path)) === "file") files.push(path)
    }
  }
  return files.sort()
}

/** Names of any kind that may stand in a folder for each file of rules. */
const namesAFile = 100

/** Reads them. Throws a usage fault for what is no text, and for what rules of ours may not do. */
export async function readYaraFiles(paths: readonly string[], { yaraRulesBytesMax }: Limits): Promise<readonly YaraFile[]> {
  const files: YaraFile[] = []
  let left = yaraRulesBytesMax
  for (const path of paths) {
    const bytes = await readSmallFile(path, left, "yaraRulesBytesMax")
    if (bytes === undefined)
      throw new FaultError({ kind: "unavailable", source: path, why: "there is no such file of YARA rules", remedy: "check the path" })
    left -= bytes.byteLength
    const text = utf8(bytes)
    if (text === undefined) throw usage(path, "it is not UTF-8", "save it as UTF-8")
    refuseUnsupported(path, text)
    files.push({ path, sha256: sha256Of(bytes), text })
  }
  return files
}

/**
 * Modules whose answers follow from the bytes alone. Not `time` (the same release would be another tomorrow), `console` (it writes), `cuckoo` and `vt`
 * (they ask for what others say of the bytes). One that is imported in a way that is not seen here finds no clock and no console (`yara-worker.ts`).
 */
const modules: readonly string[] = ["crx", "dex", "dotnet", "elf", "hash", "lnk", "macho", "math", "pe", "string"]

function refuseUnsupported(path: string, text: string): void {
  for (const [index, line] of text.split("\n").entries()) {
    const at = `${path}:${index + 1}`
    if (/^\s*include\s+"/.test(line)) throw usage(at, "include is not supported", "name the other file with --yara too")
    const [, module] = /^\s*import\s+"(\w+)"/.exec(line) ?? []
    if (module !== undefined && !modules.includes(module))
      throw usage(at, `the module ${module} is not supported; there are ${modules.join(", ")}`, "leave its rules out")
  }
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return undefined // the decoder throws for what is none
  }
}

const usage = (where: string, why: string, remedy: string): FaultError => new FaultError({ kind: "usage", why: `${where}: ${why}`, remedy })

const overLimit = (layer: string, limit: keyof Limits, max: number): FaultError => new FaultError({ kind: "over-limit", layer, limit, max })
