import { PackageURL } from "packageurl-js"
import type { PackageSettings, Policy } from "../../model/policy.ts"

const none: PackageSettings = { rules: new Map(), unexplained: new Map(), exemptions: [], submodules: new Map() }

/** What holds for a package: its own settings before those for all. */
export function settingsOf(policy: Policy, purl: string | undefined): PackageSettings {
  const own = (purl === undefined ? undefined : policy.packages.get(withoutVersion(purl))) ?? none
  return {
    ...policy,
    ...own,
    rules: new Map([...policy.rules, ...own.rules]),
    unexplained: new Map([...policy.unexplained, ...own.unexplained]),
    exemptions: [...policy.exemptions, ...own.exemptions],
  }
}

/** Package URLs reach us in their canonical spelling; only the version is in the way. */
export function withoutVersion(purl: string): string {
  const { type, namespace, name, qualifiers, subpath } = PackageURL.fromString(purl)
  return new PackageURL(type ?? "", namespace, name ?? "", undefined, qualifiers, subpath).toString()
}
