import { failed, type Result } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import type { Target } from "../model/target.ts"
import { locateAddress } from "./address.ts"
import { debSrc } from "./deb/index.ts"
import { locatePath } from "./local.ts"
import { npm } from "./npm/index.ts"
import type { Located, Registry } from "./registry.ts"
import { targetOf } from "./target.ts"

/** Every registry, by the type of its short form. A new one is a folder and a line here. */
export const registries = { "deb-src": debSrc, npm } as const satisfies Record<string, Registry>

const byType: ReadonlyMap<string, Registry> = new Map(Object.entries(registries))

/** What the user means by `text`. */
export const parseTarget = (text: string): Promise<Result<Target>> => targetOf(text, byType)

/** Brings a target's bytes onto this machine and says who vouches for them. Folders are opened elsewhere. */
export async function locate(target: Target, ctx: Context): Promise<Result<Located>> {
  if (target.kind === "path") return locatePath(target.path, ctx)
  if (target.kind === "address") return locateAddress(target.url, ctx)
  const registry = byType.get(target.type)
  if (registry !== undefined) return registry.locate(target, ctx)
  return failed({
    kind: "usage",
    why: `there is no registry ${target.type} here`,
    remedy: `those there are: ${[...byType.keys()].join(", ")}`,
  })
}
