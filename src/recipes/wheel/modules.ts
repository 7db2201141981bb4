import { namedIn } from "../nearest.ts"
import { projectOf, pyprojectOf } from "../python.ts"
import type { CommitFacts, Recipe } from "../recipe.ts"
import { tableOf, textsOf } from "../table.ts"
import { isWheel, wheelOf } from "./wheel.ts"

/**
 * A wheel has its modules where they are installed, and many a project keeps them in a folder, mostly `src/` (packaging.python.org, "src layout vs flat layout"). Only for a top name that the
 * project does not have itself and that stands in one such folder: the whole of a package comes from there.
 */
export const modules: Recipe = {
  name: "wheel/modules",
  writes: /^[^/]+(?:\/.+|\.pyi?)$/,
  of: isWheel,
  write: async ({ path }, { release, commit }) => {
    const [wheel, at] = [wheelOf(release), projectOf(commit)]
    const top = /^[^/]+/.exec(path)?.[0] ?? ""
    if (wheel === undefined || /\.(?:dist-info|data)$/.test(top) || has(at, top)) return []
    const folders = (await foldersOf(at)).filter((folder) => has(at, `${folder}${top}`))
    const found = folders.length === 1 ? at.tree.get(`${folders[0]}${path}`) : undefined
    const text = found === undefined ? undefined : await at.text(`${folders[0]}${path}`)
    if (found === undefined || text === undefined) return []
    return [{ text, from: { commit: [namedIn(at, `${folders[0]}${path}`)], release: [] }, executable: found.mode === "100755" }]
  },
}

const has = ({ tree, hasFolder }: CommitFacts, top: string): boolean => tree.has(top) || hasFolder(`${top}/`)

/** `src/`, and where the backend's table in pyproject.toml says that packages are. */
async function foldersOf(project: CommitFacts): Promise<readonly string[]> {
  const tool = tableOf((await pyprojectOf(project))?.get("tool"))
  const setuptools = tableOf(tool?.get("setuptools"))
  const where = textsOf(tableOf(tableOf(setuptools?.get("packages"))?.get("find"))?.get("where")) ?? []
  const directory = tableOf(setuptools?.get("package-dir"))?.get("")
  const hatch = ["hatch", "build", "targets", "wheel"].reduce<unknown>((table, key) => tableOf(table)?.get(key), tool)
  const packages = (textsOf(tableOf(hatch)?.get("packages")) ?? []).map((one) => one.replace(/[^/]+\/?$/, ""))
  const all = ["src", ...where, ...(typeof directory === "string" ? [directory] : []), ...packages]
  return [...new Set(all.map((one) => one.replace(/^\.\//, "").replace(/\/*$/, "/")).filter((one) => one !== "/" && one !== "./"))]
}
