import { asBytes } from "../latin1.ts"
import type { Recipe, ReleaseFacts } from "../recipe.ts"
import { isJar, versionOf } from "./jar.ts"

/** Who built it and with what: words of a closed form that no virtual machine acts on. */
const stated: Readonly<Record<string, RegExp>> = {
  "Manifest-Version": /^1\.0$/,
  "Bundle-ManifestVersion": /^2$/,
  "Archiver-Version": /^Plexus Archiver$/,
  "Created-By":
    /^(?:(?:Apache Maven|Maven (?:JAR|Source|Javadoc|Archiver) Plugin|Apache Maven Bundle Plugin|Gradle) \d[\w.-]{0,31}|\d[\w.+-]{0,31} \([A-Za-z][\w ,.-]{0,47}\))$/,
  "Build-Jdk": /^\d[\w.+-]{0,31}$/,
  "Build-Jdk-Spec": /^\d{1,3}(?:\.\d{1,3})?$/,
  "Built-By": /^[\w.-]{1,32}$/,
  "Ant-Version": /^Apache Ant \d[\w.-]{0,31}$/,
  "Bnd-LastModified": /^\d{1,16}$/,
  Tool: /^Bnd-\d[\w.-]{0,47}$/,
}
/** Described for a reader, and only as an element of the commit's pom.xml says it. What names code, paths or permissions is never here. */
const described =
  /^(?:(?:Implementation|Specification)-(?:Title|Vendor|URL|Vendor-Id)|Bundle-(?:Name|Description|Vendor|DocURL|ContactAddress))$/
const versions = /^(?:(?:Implementation|Specification|Bundle)-Version)$/

/**
 * META-INF/MANIFEST.MF (docs.oracle.com, "JAR File Specification", JAR Manifest): main attributes, then a section for a file each. Of the main ones those stay that
 * follow; of the sections those whose digest is the file's. Class paths, agents, main classes and all else that is acted on are to read.
 */
export const jarManifest: Recipe = {
  name: "maven/MANIFEST.MF",
  writes: /^META-INF\/MANIFEST\.MF$/,
  write: async ({ text }, { release, commit }) => {
    if (!isJar(release)) return []
    const poms = [await commit.text("pom.xml"), await commit.wholeText("pom.xml")].flatMap((pom) => pom ?? [])
    // An attribute with the lines that go on with a space, or an empty line.
    const parts = text.match(/[^\r\n]*\r?\n(?: [^\r\n]*\r?\n)*|[^\n]+$/g) ?? []
    const seen = new Set<string>()
    let at: "main" | "between" | { readonly file: string } = "main"
    const kept = parts.map((part) => {
      if (isEmpty(part)) {
        at = "between"
        return part
      }
      const [, name = "", value = ""] = /^([A-Za-z0-9][\w-]{0,69}): (.*?)\r?\n$/s.exec(part.replaceAll(/\r?\n /g, "")) ?? []
      if (at === "between" && name === "Name") {
        at = { file: value }
        seen.clear()
      }
      const isNew = !seen.has(name.toLowerCase())
      seen.add(name.toLowerCase())
      const follows =
        at === "main" ? followsMain(name, value, { release, poms }) : at !== "between" && followsFile(name, value, at.file, release)
      return isNew && follows ? part : ""
    })
    const hasMain = /^Manifest-Version: 1\.0\r?\n/.test(text)
    return [
      {
        text: `${hasMain ? "" : "Manifest-Version: 1.0\r\n"}${withoutEmpty(kept)}`,
        from: { commit: poms.length === 0 ? [] : ["pom.xml"], release: ["*"] },
        dropped: ["the order of its attributes", "where long lines are folded", "the tools that built it"],
      },
    ]
  },
}

const isEmpty = (part: string): boolean => /^\r?\n$/.test(part)

/** One empty line ends a section, and the file: of more, or of a section that lost all of it, one is left. */
function withoutEmpty(parts: readonly string[]): string {
  const left = parts.filter((part) => part !== "")
  return left.filter((part, at) => !isEmpty(part) || (at > 0 && !isEmpty(left[at - 1] ?? ""))).join("")
}

function followsMain(
  name: string,
  value: string,
  { release, poms }: { readonly release: ReleaseFacts; readonly poms: readonly string[] },
): boolean {
  if (name === "Multi-Release") return value === "true" && [...release.files.keys()].some((path) => /^META-INF\/versions\/\d+\//.test(path))
  if (versions.test(name)) return isVersion(value, versionOf(release) ?? "")
  if (described.test(name)) return value !== "" && poms.some((pom) => textsIn(pom).has(value))
  return Object.hasOwn(stated, name) && stated[name]?.test(value) === true
}

/** Bundles have three numbers, specifications two or more. */
const isVersion = (value: string, version: string): boolean =>
  value === version ||
  (/^\d+\.\d+$/.test(version) && value === `${version}.0`) ||
  (/^\d+\.\d+$/.test(value) && version.startsWith(`${value}.`))

/** The texts of a pom's elements, as a manifest has them: white space is one space. */
function textsIn(pom: string): ReadonlySet<string> {
  return new Set([...pom.matchAll(/>([^<>]+)</g)].map(([, text = ""]) => plain(text)))
}
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }
const plain = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s+/g, " ")
    .replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? "")

function followsFile(name: string, value: string, path: string, { files }: ReleaseFacts): boolean {
  const entry = [...files].find(([at]) => asBytes(at) === path)?.[1]
  if (entry === undefined) return false
  return name === "Name" || (name === "SHA-256-Digest" && value === Buffer.from(entry.sha256, "hex").toString("base64"))
}
