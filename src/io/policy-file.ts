import { dirname, extname, resolve } from "node:path"
import type { z } from "zod"
import { sha256Of } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { dangers } from "../model/ledger.ts"
import type { PackageSettings, Policy, Settings } from "../model/policy.ts"
import { readSmallFile } from "./files.ts"
import { DocumentError, documents, type PolicyDocument } from "./policy-document.ts"
import { type PackageFile, PolicyFile, purlOf } from "./policy-schema.ts"
import { addressOf } from "./repository-place.ts"

/** Reads a policy that the user names; `rules` are the ids that it may speak of. Throws a FaultError that says the line of what is wrong. */
export async function readPolicy(path: string, rules: readonly string[], limits: Limits): Promise<Policy> {
  const bytes = await readSmallFile(path, limits.policyBytesMax, "policyBytesMax")
  if (bytes === undefined)
    throw new FaultError({ kind: "unavailable", source: path, why: "there is no such policy file", remedy: "check the path" })
  const syntax = documents.get(extname(path).toLowerCase())
  if (syntax === undefined) throw refused(path, "its name does not tell its syntax", `end it with ${[...documents.keys()].join(", ")}`)
  const text = utf8(bytes)
  if (text === undefined) throw refused(path, "it is not UTF-8", "save it as UTF-8")
  return { ...policyOf(parsed(text, { syntax, rules, path }), dirname(resolve(path))), source: { path, sha256: sha256Of(bytes) } }
}

const refused = (where: string, why: string, remedy: string): FaultError =>
  new FaultError({ kind: "usage", why: `${where}: ${why}`, remedy })

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return undefined // the decoder throws for what is none
  }
}

interface Reading {
  readonly syntax: (text: string) => PolicyDocument
  readonly rules: readonly string[]
  readonly path: string
}

function parsed(text: string, { syntax, rules, path }: Reading): PolicyFile {
  try {
    const { value, lineOf } = syntax(text)
    const unsafe = unsafeKey(value)
    if (unsafe !== undefined) throw new DocumentError(`unknown key ${JSON.stringify(unsafe.at(-1))}`, lineOf(unsafe))
    const result = PolicyFile.safeParse(value)
    const wrong = result.success
      ? [...unknownRules(result.data, rules), ...packagesTwice(result.data)]
      : result.error.issues.flatMap(wrongIn)
    if (result.success && wrong.length === 0) return result.data
    const [first] = wrong.map((one) => ({ ...one, line: lineOf(one.path) })).sort((a, b) => a.line - b.line)
    throw new DocumentError(first?.why ?? "it is no policy", first?.line ?? 1)
  } catch (error) {
    if (error instanceof DocumentError)
      throw refused(`${path}:${error.line}`, error.message, "see schema/policy.schema.json for what a policy may say")
    throw error
  }
}

/** A policy is four levels deep. */
const depthMax = 8

/** A key that JavaScript gives a meaning of its own to, which a schema would not see; or one so deep that no policy has it. */
function unsafeKey(value: unknown, path: readonly string[] = []): readonly string[] | undefined {
  if (typeof value !== "object" || value === null) return undefined
  if (path.length > depthMax) return path
  for (const [key, inner] of Object.entries(value)) {
    const found = key === "__proto__" ? [...path, key] : unsafeKey(inner, [...path, key])
    if (found !== undefined) return found
  }
  return undefined
}

interface Wrong {
  readonly path: readonly PropertyKey[]
  readonly why: string
}

/** A rule that is not there would be passed over, and with it what the user wanted of it. */
function* unknownRules(file: PolicyFile, rules: readonly string[]): Generator<Wrong> {
  const all = [[[], file] as const, ...Object.entries(file.packages ?? {}).map(([purl, own]) => [["packages", purl], own] as const)]
  for (const [at, settings] of all) {
    const named = [
      ...Object.keys(settings.rules ?? {}).map((rule) => [rule, ["rules", rule]] as const),
      ...(settings.exemptions ?? []).flatMap(({ rule }, index) =>
        rule === undefined ? [] : [[rule, ["exemptions", index, "rule"]] as const],
      ),
    ]
    for (const [rule, path] of named)
      if (!rules.includes(rule))
        yield { path: [...at, ...path], why: `unknown rule ${JSON.stringify(rule)}; there are ${rules.join(", ")}` }
  }
}

/** One package in two spellings: either would have to be passed over. */
function* packagesTwice({ packages = {} }: PolicyFile): Generator<Wrong> {
  const seen = new Map<string, string>()
  for (const key of Object.keys(packages)) {
    const purl = purlOf(key)
    const before = seen.get(purl)
    if (before === undefined) seen.set(purl, key)
    else yield { path: ["packages", key], why: `${JSON.stringify(key)} is the package of ${JSON.stringify(before)}` }
  }
}

function wrongIn(issue: z.core.$ZodIssue): Wrong[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...issue.path, key], why: `unknown key ${JSON.stringify(key)}` }))
  const at = issue.path.map(String).join(" ")
  const inner = issue.code === "invalid_key" ? issue.issues.map(({ message }) => message).join("; ") : issue.message
  return [{ path: issue.path, why: at === "" ? inner : `${at}: ${inner}` }]
}

function policyOf(file: PolicyFile, folder: string): Omit<Policy, "source"> {
  const packages = Object.entries(file.packages ?? {}).map(([purl, own]) => [purlOf(purl), packageOf(own, folder)] as const)
  return { ...settingsOf(file), reviewers: file.reviewers ?? [], packages: new Map(packages) }
}

function packageOf(own: PackageFile, folder: string): PackageSettings {
  const { repository, subdirectory } = own
  const placed = (place: string): string => (addressOf(place) === undefined ? resolve(folder, place) : place)
  return {
    ...settingsOf(own),
    ...(repository === undefined ? {} : { repository: placed(repository) }),
    ...(subdirectory === undefined ? {} : { subdirectory }),
    submodules: new Map(Object.entries(own.submodules ?? {}).map(([path, place]) => [path, placed(place)])),
  }
}

function settingsOf(file: PackageFile | PolicyFile): Settings {
  const { failOn, toReadMax, undetermined, origins, generators, signers } = file
  return {
    ...(failOn === undefined ? {} : { failOn }),
    ...(toReadMax === undefined ? {} : { toReadMax }),
    ...(undetermined === undefined ? {} : { undetermined }),
    ...(origins === undefined ? {} : { origins }),
    ...(generators === undefined ? {} : { generators }),
    ...(signers === undefined ? {} : { signers }),
    rules: new Map(Object.entries(file.rules ?? {})),
    unexplained: new Map(dangers.flatMap((danger) => entryOf(danger, file.unexplained?.[danger]))),
    exemptions: (file.exemptions ?? []).map(({ rule, ...exemption }) => ({ ...exemption, ...(rule === undefined ? {} : { rule }) })),
  }
}

const entryOf = <K, V>(key: K, value: V | undefined): readonly (readonly [K, V])[] => (value === undefined ? [] : [[key, value]])
