import { namedIn } from "../nearest.ts"
import type { CommitFacts, Recipe } from "../recipe.ts"
import { isJar, moduleOf, pomOf } from "./jar.ts"

/** What a jar has at another place than the commit: the pom, resources, sources in a sources jar, and licences. */
export const jarCopies: Recipe = {
  name: "maven/copies",
  writes: /^(?!.*\.class$|META-INF\/MANIFEST\.MF$).+$/,
  of: isJar,
  write: async ({ path }, { commit }) => {
    const [, group, artifact] = /^META-INF\/maven\/([^/]+)\/([^/]+)\/pom\.xml$/.exec(path) ?? []
    if (group !== undefined && artifact !== undefined) {
      const pom = await pomOf({ group, artifact }, commit)
      return pom === undefined ? [] : [{ text: pom.text, from: { commit: [pom.path], release: [] } }]
    }
    const module = moduleOf(commit)
    const found = placesOf(path).find((place) => isFile(module, place))
    const text = found === undefined ? undefined : await module.text(found)
    return found === undefined || text === undefined ? [] : [{ text, from: { commit: [namedIn(module, found)], release: [] } }]
  },
}

const isFile = ({ tree }: CommitFacts, path: string): boolean => tree.get(path)?.mode === "100644"

/** Maven's standard layout (maven.apache.org, "Introduction to the Standard Directory Layout"); a file of META-INF may stand at the project's root. */
function placesOf(path: string): readonly string[] {
  const licence = /^META-INF\/((?:LICEN[CS]E|NOTICE)(?:\.(?:txt|md))?)$/.exec(path)?.[1]
  return [
    `src/main/resources/${path}`,
    ...(path.endsWith(".java") ? [`src/main/java/${path}`] : []),
    ...(licence === undefined ? [] : [licence, `${licence}.txt`]),
  ]
}
