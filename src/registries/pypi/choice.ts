import { gt, parse, rcompare, satisfies, valid, validRange } from "@renovatebot/pep440"
import { escapeForeign } from "../../core/escape.ts"
import { type Fault, failed, ok, type Result } from "../../core/fault.ts"
import { packagePurl } from "../purl.ts"
import { type Distribution, distributionOf, isSameVersion } from "./file-name.ts"
import type { File } from "./schema.ts"

/** What was asked for. */
export interface Asked {
  /** Normalised. */
  readonly project: string
  readonly version: string | undefined
  readonly filename: string | undefined
  readonly what: string
}

export interface Chosen {
  readonly file: File
  readonly distribution: Distribution
  /** It is what the version alone means. */
  readonly usual: boolean
}

const namedMax = 8
/** Longer ones nobody writes. */
const specifierMax = 256
/** Those that packaging tools made over the years, the one that PEP 625 demands first. */
const sdistOrder = [".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz"] as const

/** The file that is meant, among those that an index lists. A withdrawn one is given only to who names its version (PEP 592). */
export function chosenFile(files: readonly File[], asked: Asked): Result<Chosen> {
  const known = files.flatMap((file) => {
    const distribution = distributionOf(file.filename, asked.project)
    return distribution?.name === asked.project ? [{ file, distribution }] : []
  })
  const version = asked.version ?? newest(known.filter(({ file }) => !isYanked(file)).map(({ distribution }) => distribution.version))
  const ofVersion = known.filter(({ distribution }) => version !== undefined && isSameVersion(distribution.version, version))
  const usual = sdistOf(ofVersion) ?? onlyPureWheel(ofVersion)
  const found = asked.filename === undefined ? usual : ofVersion.find(({ file }) => file.filename === asked.filename)
  if (found !== undefined) return ok({ ...found, usual: found === usual })
  return failed(ofVersion.length === 0 ? noVersion(asked, known) : noFile(asked, ofVersion))
}

/**
 * The highest version that a specifier allows: a final one, unless it names one before a final one or none is; one that was withdrawn only where it names just that. Undefined: none, or it is no specifier
 * (PEP 440, "Handling of pre-releases"; PEP 592).
 */
export function allowedVersion(files: readonly File[], project: string, specifier: string): string | undefined {
  if (specifier !== "" && (specifier.length > specifierMax || !validRange(specifier))) return undefined
  const known = files.flatMap((file) => {
    const { name, version } = distributionOf(file.filename, project) ?? {}
    return name === project && version !== undefined && valid(version) !== null ? [{ version, yanked: isYanked(file) }] : []
  })
  const isAllowed = ({ version }: { readonly version: string }): boolean =>
    specifier === "" || satisfies(version, specifier, { prereleases: true })
  const allowed = known.filter(isAllowed)
  const usable = allowed.filter(({ yanked }) => !yanked)
  const versions = (usable.length === 0 && /^===?[^*,]+$/.test(specifier) ? allowed : usable).map(({ version }) => version)
  const namesEarly = specifier.split(",").some((clause) => isEarly(clause.replace(/^[\s=<>!~]+/, "").trim()))
  return (namesEarly ? undefined : newest(versions)) ?? versions.toSorted(rcompare)[0]
}

const isEarly = (version: string): boolean => {
  const parsed = parse(version)
  return parsed !== null && (parsed.pre !== null || parsed.dev !== null)
}

export const isYanked = ({ yanked = false }: File): boolean => yanked !== false

interface Known {
  readonly file: File
  readonly distribution: Distribution
}

function sdistOf(known: readonly Known[]): Known | undefined {
  const sdists = known.filter(({ distribution }) => distribution.kind === "sdist")
  return sdistOrder.map((ending) => sdists.find(({ file }) => file.filename.endsWith(ending))).find((one) => one !== undefined)
}

function onlyPureWheel(known: readonly Known[]): Known | undefined {
  const pure = known.filter(({ distribution }) => distribution.pure)
  return pure.length === 1 ? pure[0] : undefined
}

/** The highest final release (PEP 440, "Handling of pre-releases"). */
function newest(versions: readonly string[]): string | undefined {
  const isFinal = (version: string): boolean => {
    const parsed = parse(version)
    return parsed !== null && parsed.pre === null && parsed.dev === null
  }
  return versions.filter(isFinal).reduce<string | undefined>((most, one) => (most === undefined || gt(one, most) ? one : most), undefined)
}

function noVersion({ what, version }: Asked, known: readonly Known[]): Fault {
  const versions = [...new Set(known.map(({ distribution }) => distribution.version).filter((one) => valid(one) !== null))].sort(rcompare)
  const has = versions.length === 0 ? "" : ` (it has ${versions.slice(0, namedMax).join(", ")}${versions.length > namedMax ? ", ..." : ""})`
  const why = versions.length === 0 || version !== undefined ? "no such project or version" : "no final release that was not withdrawn"
  return { kind: "unavailable", source: what, why: `the index has ${why}`, remedy: `check the name and the version${has}` }
}

/** Only wheels for particular machines, or not the file that was named. */
function noFile({ what, project, filename }: Asked, known: readonly Known[]): Fault {
  const purls = known.slice(0, namedMax).map(({ file, distribution }) => purlOf(project, distribution.version, file.filename))
  return {
    kind: "unavailable",
    source: what,
    why: filename === undefined ? "it has no source distribution, and not one wheel of pure Python" : "the index has no such file of it",
    remedy: `name one of its files: ${escapeForeign(purls.join(" "))}${known.length > namedMax ? " ..." : ""}`,
  }
}

/** A project's name is in lower case with dashes (purl's definition of the type pypi). */
export const purlOf = (project: string, version: string | undefined, filename: string | undefined): string =>
  packagePurl("pypi", undefined, project, version, filename === undefined ? undefined : { file_name: filename })
