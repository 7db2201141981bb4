import { createHash } from "node:crypto"
import { FaultError } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import { readSmallFile } from "../io/files.ts"
import { fieldsOf } from "./ssh-key.ts"

/** A line of a file of allowed signers (ssh-keygen(1), "ALLOWED SIGNERS"): who may sign with a key, and when. */
export interface AllowedSigner {
  /** In base64. */
  readonly key: string
  readonly fingerprint: string
  /** Whole names alone: a pattern names nobody. */
  readonly principals: readonly string[]
  readonly mayGit: boolean
  /** Milliseconds since 1970, both included. */
  readonly after: number
  readonly before: number
}

/** The signers of the files that the user trusts. A line that ssh-keygen would not read is a fault: what it says would be lost. */
export async function readAllowedSigners(paths: readonly string[], { limits }: Context): Promise<readonly AllowedSigner[]> {
  const found: AllowedSigner[] = []
  for (const path of paths) {
    const bytes = await readSmallFile(path, limits.policyBytesMax, "policyBytesMax")
    if (bytes === undefined)
      throw new FaultError({ kind: "unavailable", source: path, why: "there is no such file", remedy: "check the path" })
    found.push(...allowedSigners(path, new TextDecoder().decode(bytes)))
  }
  return found
}

export const allowedSigners = (path: string, text: string): readonly AllowedSigner[] =>
  text.split("\n").flatMap((line, index) => {
    if (/^\s*(?:#|$)/.test(line)) return []
    try {
      return signerOf(line)
    } catch (error) {
      const why = error instanceof Error ? error.message : ""
      throw new FaultError({ kind: "usage", why: `${path}: line ${index + 1}: ${why}`, remedy: "see ALLOWED SIGNERS in ssh-keygen(1)" })
    }
  })

/** `principals [options] keytype base64-key [comment]`; a key that signs others' keys signs nothing itself. */
function signerOf(line: string): readonly AllowedSigner[] {
  const words = [...line.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word)
  const [principals = "", ...rest] = words
  const typeAt = /^[a-z0-9@.-]+$/.test(rest[0] ?? "") && /^AAAA/.test(rest[1] ?? "") ? 0 : 1
  const [type = "", key = ""] = rest.slice(typeAt)
  const blob = Buffer.from(key, "base64")
  if (fieldsOf(blob)?.[0]?.toString("latin1") !== type || type === "") throw new Error("it has no key")
  const options = typeAt === 0 ? new Map<string, string>() : optionsOf(rest[0] ?? "")
  if (options.has("cert-authority")) return []
  const namespaces = options.get("namespaces")
  return [
    {
      key: blob.toString("base64"),
      fingerprint: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
      principals: principals
        .replaceAll('"', "")
        .split(",")
        .filter((one) => one !== "" && !/[*?!]/.test(one)),
      mayGit: namespaces === undefined || isListed("git", namespaces.split(",")),
      after: timeOf(options.get("valid-after")) ?? -Infinity,
      before: timeOf(options.get("valid-before")) ?? Infinity,
    },
  ]
}

const optionNames: ReadonlySet<string> = new Set(["cert-authority", "namespaces", "valid-after", "valid-before"])

function optionsOf(word: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  for (const [part] of word.matchAll(/(?:"[^"]*"|[^,"])+/g)) {
    const [name = "", value = ""] = part.split("=", 2)
    if (!optionNames.has(name.toLowerCase()) || options.has(name.toLowerCase()))
      throw new Error(`there is no option ${JSON.stringify(part)}`)
    options.set(name.toLowerCase(), value.replaceAll('"', ""))
  }
  return options
}

/** ssh_config(5), "PATTERNS". */
function isListed(name: string, patterns: readonly string[]): boolean {
  const matches = (pattern: string): boolean => {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll(/\*+/g, ".*")
      .replaceAll("?", ".")
    return new RegExp(`^${source}$`).test(name)
  }
  return patterns.some(matches) && !patterns.some((one) => one.startsWith("!") && matches(one.slice(1)))
}

/** `YYYYMMDD[HHMM[SS]][Z]`. Taken for UTC with or without the last letter, so that the answer is one on every machine. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, day, clock = "", seconds = "00"] = /^(\d{8})(?:(\d{4})(\d{2})?)?Z?$/.exec(text) ?? []
  const iso = `${day?.replace(/(....)(..)(..)/, "$1-$2-$3")}T${(clock || "0000").replace(/(..)(..)/, "$1:$2")}:${seconds}.000Z`
  const time = Date.parse(iso)
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso) throw new Error(`${JSON.stringify(text)} is no time such as 20240229Z`)
  return time
}
