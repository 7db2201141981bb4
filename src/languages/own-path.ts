import type { FilePaths } from "./language.ts"

/** The path of a script below the root of its release: the longest end of it, as it is stored, that is the path of a file. */
export function ownPath(stored: string, files: FilePaths): string {
  for (let path = stored; ; path = path.slice(path.indexOf("/") + 1)) {
    if (files.has(path)) return path
    if (!path.includes("/")) return stored
  }
}
