import { maxSatisfying, validRange } from "semver"
import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { cargoConfiguration } from "./configuration.ts"
import { isCrateName, releasesOf, settingsOf } from "./sparse-index.ts"

/** Longer ones nobody writes. */
const requirementMax = 256

/** The highest version that is not yanked among those that cargo takes (The Cargo Book, "Specifying Dependencies"). */
export async function cargoChosen(name: string, requirement: string, outer: Context): Promise<string> {
  const none = (why: string): FaultError =>
    new FaultError({
      kind: "unavailable",
      source: `cargo:${name} ${requirement.slice(0, requirementMax)}`,
      why,
      remedy: "look at it yourself",
    })
  const range = requirement.length > requirementMax ? null : validRange(asNpm(requirement))
  if (!isCrateName(name) || range === null) throw none("it asks for no version of a crate")
  const { index, access } = await cargoConfiguration(outer)
  const { "auth-required": isPrivate = false } = await settingsOf(index, access, outer)
  const { releases } = await releasesOf(index, name, { ...outer, access: access(isPrivate ? [index] : []) })
  const usable = releases.filter(({ yanked }) => yanked !== true).map(({ vers }) => vers)
  const version = maxSatisfying(usable, range)
  if (version === null) throw none(releases.length === 0 ? "the index has no such crate" : "the index has no version that it allows")
  return `cargo:${name}@${version}`
}

/** npm writes the same ranges with blanks for commas, and without a sign for one version, where cargo means what npm marks by a caret. */
const asNpm = (requirement: string): string =>
  requirement
    .split(",")
    .map((one) => one.trim())
    .map((one) => (/^\d[\w.+-]*$/.test(one) && !/[*x]/i.test(one) ? `^${one}` : one.replace(/^=\s*/, "")))
    .join(" ")
