import { namedIn, nearestWith } from "../nearest.ts"
import type { CommitFacts, ReleaseFacts } from "../recipe.ts"

/** A jar (docs.oracle.com, "JAR File Specification"): a zip with a manifest. */
export const isJar = ({ name, format, root, files }: ReleaseFacts): boolean =>
  name.endsWith(".jar") && format === "zip" && root === "" && files.has("META-INF/MANIFEST.MF")

/** Its version, without the word that says which of the jars of one version it is. */
export const versionOf = ({ version }: ReleaseFacts): string | undefined => version?.replace(/-(?:sources|javadoc|tests|test-sources)$/, "")

/** Maven's module, where the release is explained from a folder in it, as from its resources. */
export const moduleOf = (commit: CommitFacts): CommitFacts => nearestWith(["pom.xml"], commit)

/** Maven's description of the module: the one at its root, or in a folder of its name. */
export async function pomsOf(
  artifactId: string | undefined,
  commit: CommitFacts,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const paths = ["pom.xml", ...(artifactId === undefined ? [] : [`${artifactId}/pom.xml`])]
  const module = moduleOf(commit)
  const texts = await Promise.all(paths.map(async (path) => ({ path: namedIn(module, path), text: await module.text(path) })))
  return texts.flatMap(({ path, text }) =>
    text !== undefined && (artifactId === undefined || says(text, "artifactId", artifactId)) ? [{ path, text }] : [],
  )
}

export const says = (pom: string, element: string, value: string): boolean => pom.includes(`<${element}>${value}</${element}>`)
