import { homedir } from "node:os"
import { join } from "node:path"
import type { Context } from "./context.ts"

/** XDG Base Directory Specification, section 3: where each kind of file is kept when its variable says nothing. */
const defaults = { XDG_CACHE_HOME: ".cache", XDG_CONFIG_HOME: ".config", XDG_DATA_HOME: ".local/share" } as const

/** The user's home folder. */
export const homeFolder = (environment: Context["environment"]): string => environment["HOME"] ?? homedir()

/** Our folder for files of a kind. A relative value is ignored, as the specification demands. */
export function userFolder(kind: keyof typeof defaults, environment: Context["environment"]): string {
  const set = environment[kind]
  return join(set?.startsWith("/") === true ? set : join(homeFolder(environment), defaults[kind]), "everybyte")
}
