import type { Context } from "../../io/context.ts"
import type { RegistryFacts } from "../../model/registry-facts.ts"
import { unnamed, upTo } from "../published.ts"
import { cargoConfiguration } from "./configuration.ts"
import { releasesOf, settingsOf } from "./sparse-index.ts"

/** What the index says of a version and of those before it: when each was published, where its lines have `pubtime` ("Registry Index", "JSON schema"). */
export async function cargoFacts(name: string, version: string | undefined, outer: Context): Promise<RegistryFacts> {
  if (version === undefined) return unnamed
  const { index, access } = await cargoConfiguration(outer)
  const { "auth-required": isPrivate = false } = await settingsOf(index, access, outer)
  const { releases } = await releasesOf(index, name, { ...outer, access: access(isPrivate ? [index] : []) })
  const known = upTo(
    version,
    releases.flatMap(({ vers, pubtime }) => (typeof pubtime === "string" ? [{ version: vers, published: pubtime }] : [])),
  )
  return known.length === 0 ? {} : { versions: known }
}
