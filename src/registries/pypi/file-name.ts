import { eq, valid } from "@renovatebot/pep440"

/** PEP 503, "Normalized Names". */
export const normalisedName = (name: string): string => name.replace(/[-_.]+/g, "-").toLowerCase()
/** PEP 508, "Names". */
export const isName = (name: string): boolean => name.length <= 200 && /^[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?$/i.test(name)

/** What a distribution's file name says (the binary and the source distribution format). */
export interface Distribution {
  readonly kind: "sdist" | "wheel"
  readonly name: string
  readonly version: string
  /** A wheel of pure Python: any interpreter of Python 3, no ABI, any platform. */
  readonly pure: boolean
}

const sdistEnding = /\.(?:tar\.gz|zip|tar\.bz2|tar\.xz|tgz)$/i
/** Longer ones no file system keeps. */
const charactersMax = 255

/** Undefined: it is neither (an egg, an installer, a signature). `project` says where the name of an old source distribution ends, which may have dashes in it. */
export function distributionOf(filename: string, project?: string): Distribution | undefined {
  if (filename.length > charactersMax || /[/\\]/.test(filename)) return undefined
  if (filename.endsWith(".whl")) return wheelOf(filename.slice(0, -4))
  const stem = filename.replace(sdistEnding, "")
  if (stem === filename) return undefined
  for (let dash = stem.indexOf("-"); dash > 0; dash = stem.indexOf("-", dash + 1)) {
    const [name, version] = [normalisedName(stem.slice(0, dash)), stem.slice(dash + 1)]
    if (project === undefined ? valid(version) !== null : name === project && version !== "")
      return { kind: "sdist", name, version, pure: true }
  }
  return undefined
}

/** `NAME-VERSION(-BUILD)?-PYTHON-ABI-PLATFORM`. */
function wheelOf(stem: string): Distribution | undefined {
  const [name = "", version = "", ...tags] = stem.split("-")
  if (tags.length < 3 || tags.length > 4 || !isName(name) || version === "") return undefined
  const [python = "", abi, platform] = tags.slice(-3)
  const pure = abi === "none" && platform === "any" && python.split(".").includes("py3")
  return { kind: "wheel", name: normalisedName(name), version, pure }
}

/** PEP 440, "Version matching"; of what is no version by PEP 440, the same text. */
export const isSameVersion = (a: string, b: string): boolean => (valid(a) === null || valid(b) === null ? a === b : eq(a, b))
