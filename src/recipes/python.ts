import { tomlOf } from "../core/toml.ts"
import { nearestWith } from "./nearest.ts"
import { once } from "./once.ts"
import type { CommitFacts } from "./recipe.ts"
import { type Table, tableOf } from "./table.ts"

const projectFiles = ["pyproject.toml", "setup.py", "setup.cfg"]

/** The project's folder: a wheel's own files may stand in a folder of that, as in `src/`. */
export const projectOf = (commit: CommitFacts): CommitFacts => nearestWith(projectFiles, commit)

/** The commit's pyproject.toml; an empty table where there is none, undefined where nothing can be read. */
export const pyprojectOf = once(async (commit: CommitFacts): Promise<Table | undefined> => {
  if (!commit.tree.has("pyproject.toml")) return new Map()
  return tableOf(tomlOf((await commit.text("pyproject.toml")) ?? "="))
})

/** Who builds the project, by the module of its backend (PEP 517, "build-backend"; setuptools where none is named). */
export const backendOf = (pyproject: Table): string => {
  const named = tableOf(pyproject.get("build-system"))?.get("build-backend")
  return typeof named === "string" ? (/^[A-Za-z_]\w*/.exec(named)?.[0] ?? "") : "setuptools"
}

/** Project names that are one (PEP 503). */
export const normalName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, "-")
