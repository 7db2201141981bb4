import { faultsOf } from "../../core/fault.ts"
import { type Element, elementAt, xmlOf } from "../../core/xml.ts"
import { namedIn, nearestWith } from "../nearest.ts"
import { once } from "../once.ts"
import type { CommitFacts, ReleaseFacts } from "../recipe.ts"

/** A jar (docs.oracle.com, "JAR File Specification"): a zip with a manifest. */
export const isJar = ({ name, format, root, files }: ReleaseFacts): boolean =>
  name.endsWith(".jar") && format === "zip" && root === "" && files.has("META-INF/MANIFEST.MF")

/** Its version, without the word that says which of the jars of one version it is. */
export const versionOf = ({ version }: ReleaseFacts): string | undefined => version?.replace(/-(?:sources|javadoc|tests|test-sources)$/, "")

/** Maven's module, where the release is explained from a folder in it, as from its resources. */
export const moduleOf = (commit: CommitFacts): CommitFacts => nearestWith(["pom.xml"], commit)

/** What a project is called (maven.apache.org/pom.html, "Maven Coordinates"). */
export interface Coordinates {
  readonly group: string
  readonly artifact: string
  readonly version: string
}

export interface Pom {
  /** As a recipe names it. */
  readonly path: string
  readonly text: string
  /** Undefined where it states none, or one that Maven computes of properties. */
  readonly version: string | undefined
}

/** Maven's description of this very project: the one at the module's root, or in a folder of its name. */
export async function pomOf({ group, artifact }: Omit<Coordinates, "version">, commit: CommitFacts): Promise<Pom | undefined> {
  const module = moduleOf(commit)
  for (const path of ["pom.xml", `${artifact}/pom.xml`]) {
    const text = await module.text(path)
    const own = text === undefined ? undefined : await coordinatesAt(path, text, module)
    if (text !== undefined && own?.group === group && own.artifact === artifact)
      return { path: namedIn(module, path), text, version: own.version }
  }
  return undefined
}

const knownIn = once((_: CommitFacts) => new Map<string, Promise<Partial<Coordinates>>>())

/** A jar may hold many descriptions; each of the commit's is read once. */
function coordinatesAt(path: string, text: string, module: CommitFacts): Promise<Partial<Coordinates>> {
  const known = knownIn(module)
  const found = known.get(path) ?? coordinatesOf(text)
  known.set(path, found)
  return found
}

/** Its own, and the parent's group and version where it has none (maven.apache.org/pom.html, "Inheritance"). */
async function coordinatesOf(text: string): Promise<Partial<Coordinates>> {
  const read = await faultsOf(async () => xmlOf("pom.xml", Buffer.from(text, "latin1")))
  if (!read.ok || read.value.name !== "project") return {}
  const parent = elementAt(read.value, "parent")
  const [group, artifact, version] = [
    stated(read.value, "groupId") ?? stated(parent, "groupId"),
    stated(read.value, "artifactId"),
    stated(read.value, "version") ?? stated(parent, "version"),
  ]
  return { ...(isWord(group) ? { group } : {}), ...(isWord(artifact) ? { artifact } : {}), ...(isWord(version) ? { version } : {}) }
}

/** Said twice, or with elements inside, it is no word. */
function stated(element: Element | undefined, name: string): string | undefined {
  const [first, ...others] = element?.elements.filter((one) => one.name === name) ?? []
  if (first === undefined) return undefined
  return others.length > 0 || first.elements.length > 0 ? "" : first.text
}

const isWord = (text: string | undefined): text is string => text !== undefined && /^[\w.-]+$/.test(text)
