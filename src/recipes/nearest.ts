import { directoryOf } from "../core/path.ts"
import type { CommitFacts } from "./recipe.ts"

/** The commit below the nearest folder, at its own or above, that has one of these files: a release may be explained from a folder of the project, as from `src/`. Its own where none has. */
export function nearestWith(names: readonly string[], commit: CommitFacts): CommitFacts {
  for (let folder = commit.folder; ; folder = directoryOf(folder.slice(0, -1))) {
    const here = commit.at(folder)
    if (names.some((name) => here.tree.has(name))) return here
    if (folder === "") return commit
  }
}

/** How a recipe names a file of such a folder. */
export const namedIn = ({ folder }: CommitFacts, path: string): string => `/${folder}${path}`
