import type { FilePaths } from "../language.ts"
import { ownPath } from "../own-path.ts"

/** The file of the release that a module's name means, if it is one of its own. */
export type FileOf = (module: string) => string | undefined

/** Of a script at `path` (The Python Language Reference, 5.3 and 5.7): beside it, at the root, or below `src`; dots in front are folders above. */
export const filesOf =
  (path: string, files: FilePaths): FileOf =>
  (module) => {
    const dots = /^\.*/.exec(module)?.[0].length ?? 0
    const rest = module.slice(dots).replaceAll(".", "/")
    const here = ownPath(path, files).split("/").slice(0, -Math.max(1, dots)).join("/")
    const folders = dots > 0 ? [here] : [here, ...here.split("/").map((_, index, all) => all.slice(0, index).join("/")), "src"]
    const stems = folders.map((folder) => [folder, rest].filter((part) => part !== "").join("/"))
    return stems.flatMap((stem) => [`${stem}/__init__.py`, `${stem}.py`]).find((one) => files.has(one))
  }
