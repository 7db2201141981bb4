import { maxSatisfying, satisfies, validRange } from "semver"
import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { npmConfiguration } from "./configuration.ts"
import { packumentOf } from "./known-versions.ts"
import { namePattern } from "./tarball.ts"

/** Another package under this name (npm, package.json, "dependencies"). */
const alias = /^npm:(@?[^@]+)(?:@(.*))?$/

/** Longer ones nobody writes. */
const requirementMax = 256

const isDeprecated = (stated: unknown): boolean =>
  typeof stated === "object" && stated !== null && "deprecated" in stated && stated.deprecated !== "" && stated.deprecated !== false

/** The version that npm takes: that of the tag, else the latest where it is allowed, else the highest that is, before those that are deprecated (npm-pick-manifest). */
export async function npmChosen(name: string, requirement: string, outer: Context): Promise<string> {
  const [, other, otherRequirement = ""] = alias.exec(requirement) ?? []
  const [meant, asked] = other === undefined ? [name, requirement.trim()] : [other, otherRequirement.trim()]
  const what = `npm:${meant}@${asked}`
  const none = (why: string): FaultError => new FaultError({ kind: "unavailable", source: what, why, remedy: "look at it yourself" })
  const matched = namePattern.exec(meant)
  if (matched === null || asked.length > requirementMax) throw none("it is no package of a registry")
  if (/[:/]/.test(asked)) throw none("it asks for no version of a registry")
  const { registry, access } = await npmConfiguration(matched[1], outer)
  const document = orThrow(await packumentOf(`${registry}${meant.replace("/", "%2f")}`, meant, { ...outer, access }))
  if (document === "none") throw none("the registry has no such package")
  if (document === undefined) throw none("the registry's document is none")
  const tags = new Map(Object.entries(document["dist-tags"] ?? {}))
  const latest = tags.get("latest")
  const range = validRange(asked, true)
  if (range === null && !tags.has(asked)) throw none("it asks for no version of a registry")
  const versions = Object.entries(document.versions)
  const current = versions.filter(([, stated]) => !isDeprecated(stated)).map(([version]) => version)
  const version =
    range === null
      ? tags.get(asked)
      : latest !== undefined && (range === "*" || satisfies(latest, range, true))
        ? latest
        : (maxSatisfying(current, range, true) ??
          maxSatisfying(
            versions.map(([version]) => version),
            range,
            true,
          ))
  if (version === undefined || version === null) throw none("the registry has no version that it allows")
  return `npm:${meant}@${version}`
}
