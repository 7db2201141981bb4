/**
 * A module's path (go.dev/ref/mod, "Module paths"): elements of letters, digits and `-._~` that neither begin nor end with a dot, the first one a host name in lower case.
 * No path that is one can leave the place where it is put into an address.
 */
export const isModulePath = (path: string): boolean =>
  path.length <= 500 &&
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/.test(path) &&
  !path.split("/").some((element) => element.endsWith("."))

/** A version, or what a proxy may resolve to one: a branch, a tag, the start of a commit's id. */
export const isVersionQuery = (text: string): boolean => text.length <= 200 && /^[A-Za-z0-9][A-Za-z0-9._+~-]*$/.test(text)

/** A canonical version: what stands in go.mod and in the checksum database. */
export const isCanonical = (version: string): boolean => /^v\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+incompatible)?$/.test(version)

/** Made of a commit that has no tag of its own (go.dev/ref/mod, "Pseudo-versions"): the start of its id. */
export const pseudoCommit = (version: string): string | undefined => /[-.]\d{14}-([0-9a-f]{12})(?:\+incompatible)?$/.exec(version)?.[1]

/** Capital letters as `!` and the small letter, for file systems that do not tell them apart (go.dev/ref/mod, "GOPROXY protocol"). */
export const escaped = (text: string): string => text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)

/** Whether a list of patterns (GOPRIVATE and the like) names the module or a path above it; each element of a pattern is a glob of path.Match. */
export function matchesPatterns(patterns: string, path: string): boolean {
  const elements = path.split("/")
  return patterns.split(",").some((given) => {
    const globs = given.replace(/\/+$/, "").split("/")
    return given !== "" && globs.length <= elements.length && globs.every((glob, index) => matchesGlob(glob, elements[index] ?? ""))
  })
}

/** `*`, `?`, `[a-z]`, `[^a]` and `\`; a pattern that is malformed matches nothing, as in Go. Linear in the name for each star: nothing backtracks further than to the last one. */
function matchesGlob(glob: string, name: string): boolean {
  const parts = glob.match(/\\[\s\S]|\[\^?(?:\\[\s\S]|[^\]\\])+\]|[^\\[]/g) ?? []
  if (parts.join("") !== glob) return false
  let [at, star, resume] = [0, -1, 0]
  for (let index = 0; index < name.length; ) {
    const part = parts[at]
    if (part === "*") [star, resume, at] = [at, index, at + 1]
    else if (part !== undefined && matchesOne(part, name[index] ?? "")) [at, index] = [at + 1, index + 1]
    else if (star >= 0) [resume, at, index] = [resume + 1, star + 1, resume + 1]
    else return false
  }
  return parts.slice(at).every((part) => part === "*")
}

function matchesOne(part: string, character: string): boolean {
  if (part === "?") return true
  if (part.startsWith("\\")) return part.slice(1) === character
  if (!part.startsWith("[")) return part === character
  const [, negated = "", inside = ""] = /^\[(\^?)([\s\S]+)\]$/.exec(part) ?? []
  const units = (inside.match(/\\[\s\S]|[\s\S]/g) ?? []).map((unit) => ({ text: unit.slice(-1), isDash: unit === "-" }))
  let found = false
  for (let at = 0; at < units.length; at += 1) {
    const [from, dash, to] = [units[at]?.text ?? "", units[at + 1]?.isDash === true, units[at + 2]?.text]
    const end = dash && to !== undefined ? to : from
    if (dash && to !== undefined) at += 2
    found ||= from <= character && character <= end
  }
  return found !== (negated === "^")
}
