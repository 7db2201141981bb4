import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs"

/** Looks at what stands at a path, at once: a look takes microseconds, and waiting for one among promises ten times as long. Undefined: there is nothing that can be looked at. */
const looked = <T>(look: () => T): T | undefined => {
  try {
    return look()
  } catch {
    return undefined
  }
}

export const statOf = (path: string): Stats | undefined => looked(() => statSync(path, { throwIfNoEntry: false }))

/** Of a symbolic link the link itself. */
export const lstatOf = (path: string): Stats | undefined => looked(() => lstatSync(path, { throwIfNoEntry: false }))

export const realPathOf = (path: string): string | undefined => looked(() => realpathSync.native(path))

export const itemsOf = (folder: string): readonly Dirent[] | undefined => looked(() => readdirSync(folder, { withFileTypes: true }))
