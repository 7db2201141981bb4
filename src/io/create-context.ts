import { resolve } from "node:path"
import type { Limits } from "../core/limits.ts"
import { limitsDefault } from "../core/limits.ts"
import type { Context, Progress } from "./context.ts"
import { userFolder } from "./user-folder.ts"

export interface ContextOptions {
  readonly cache?: string | undefined
  readonly offline?: boolean | undefined
  readonly progress?: Progress | undefined
  readonly keyrings?: readonly string[] | undefined
  readonly limits?: Partial<Limits> | undefined
  readonly program?: Context["program"]
  readonly environment?: Context["environment"] | undefined
  readonly day?: string | undefined
}

/** A context from what the user said, the rest by default. Makes nothing on disk yet. */
export function createContext(options: ContextOptions = {}): Context {
  const environment = options.environment ?? process.env
  return {
    limits: { ...limitsDefault, ...options.limits },
    cache: resolve(options.cache ?? userFolder("XDG_CACHE_HOME", environment)),
    offline: options.offline ?? false,
    progress: options.progress ?? (() => undefined),
    keyrings: options.keyrings ?? [],
    toolsUsed: new Map([["node", process.versions.node]]),
    program: options.program,
    environment,
    day: options.day ?? new Date().toISOString().slice(0, 10),
  }
}
