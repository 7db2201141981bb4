import type { Entry } from "../../model/artifact.ts"
import { asBytes } from "../latin1.ts"
import type { Recipe, ReleaseFacts } from "../recipe.ts"
import { isJar, moduleOf, versionOf } from "./jar.ts"

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

/** A file, or the main attributes before the first of them. */
type Section = "main" | "between" | { readonly entry: Entry | undefined }

/**
 * META-INF/MANIFEST.MF (docs.oracle.com, "JAR File Specification", JAR Manifest): main attributes, then a section for a file each. Of the main ones those stay that
 * follow; of the sections those whose digest is the file's. Class paths, agents, main classes and all else that is acted on are to read.
 */
export const jarManifest: Recipe = {
  name: "maven/MANIFEST.MF",
  writes: /^META-INF\/MANIFEST\.MF$/,
  of: isJar,
  write: async ({ text }, { release, commit }) => {
    const poms = new Map<string, string>()
    for (const folder of new Set(["", moduleOf(commit).folder])) {
      const pom = await commit.at(folder).text("pom.xml")
      if (pom !== undefined) poms.set(`/${folder}pom.xml`, pom)
    }
    const facts = { release, texts: new Set([...poms.values()].flatMap(textsIn)) }
    const files = new Map([...release.files].map(([path, entry]) => [asBytes(path), entry]))
    const seen = new Set<string>()
    let section: Section = "main"
    const kept = attributesIn(text).map((attribute) => {
      if (isEmpty(attribute)) {
        section = "between"
        return attribute
      }
      const [, name = "", value = ""] =
        /^([A-Za-z0-9][\w-]{0,69}): ([^\u0000-\u001f\u007f]*)\r?\n$/.exec(attribute.replaceAll(/\r?\n /g, "")) ?? []
      const key = name.toLowerCase()
      if (section === "between" && key === "name") {
        section = { entry: files.get(value) }
        seen.clear()
      }
      const isNew = !seen.has(key)
      seen.add(key)
      return isNew && follows(name, value, section, facts) ? attribute : ""
    })
    const hasVersion = /^Manifest-Version: 1\.0\r?\n/.test(text)
    return [
      {
        text: `${hasVersion ? "" : "Manifest-Version: 1.0\r\n"}${withoutEmpty(kept)}`,
        from: { commit: [...poms.keys()], release: ["*"] },
        dropped: ["the order of its attributes", "where long lines are folded", "the tools that built it"],
      },
    ]
  },
}

/** Each with the lines that go on with a space; and the empty lines. */
function attributesIn(text: string): readonly string[] {
  const attributes: string[] = []
  let from = 0
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
    if (text[end + 1] === " " && !isEmpty(text.slice(from, from + 2))) continue
    attributes.push(text.slice(from, end + 1))
    from = end + 1
  }
  return [...attributes, ...(from < text.length ? [text.slice(from)] : [])]
}

const isEmpty = (attribute: string): boolean => /^\r?\n/.test(attribute)

/** One empty line ends a section, and the file: of more, or of a section that lost all of it, one is left. */
function withoutEmpty(attributes: readonly string[]): string {
  const left = attributes.filter((attribute) => attribute !== "")
  return left.filter((attribute, at) => !isEmpty(attribute) || (at > 0 && !isEmpty(left[at - 1] ?? ""))).join("")
}

interface ManifestFacts {
  readonly release: ReleaseFacts
  /** What the commit's pom.xml says, element by element. */
  readonly texts: ReadonlySet<string>
}

function follows(name: string, value: string, section: Section, { release, texts }: ManifestFacts): boolean {
  if (section === "between") return false
  if (section !== "main") {
    const { entry } = section
    if (entry === undefined) return false
    return name === "Name" || (name === "SHA-256-Digest" && value === Buffer.from(entry.sha256, "hex").toString("base64"))
  }
  if (name === "Multi-Release") return value === "true" && [...release.files.keys()].some((path) => /^META-INF\/versions\/\d+\//.test(path))
  if (versions.test(name)) return isVersion(value, versionOf(release) ?? "")
  if (described.test(name)) return value !== "" && texts.has(value)
  return Object.hasOwn(stated, name) && stated[name]?.test(value) === true
}

/** Bundles have three numbers, specifications two or more. */
const isVersion = (value: string, version: string): boolean =>
  version !== "" &&
  (value === version ||
    (/^\d+\.\d+$/.test(version) && value === `${version}.0`) ||
    (/^\d+\.\d+$/.test(value) && version.startsWith(`${value}.`)))

/** The texts of a pom's elements, as a manifest has them: white space is one space. */
const textsIn = (pom: string): readonly string[] => [...pom.matchAll(/>([^<>]+)</g)].map(([, text = ""]) => plain(text))
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }
const plain = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s+/g, " ")
    .replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? "")
