import { type Table, tableOf, textsOf } from "../table.ts"

/** Where a dependency comes from while the workspace is at hand; a registry's users get it by its version. */
const local = new Set(["path", "git", "branch", "tag", "rev", "workspace"])

/** The tables of dependencies, in a manifest or for one platform, by the name that cargo writes. */
export const sections = [
  ["dependencies", "dependencies"],
  ["dev-dependencies", "dev_dependencies"],
  ["build-dependencies", "build_dependencies"],
] as const

/** Whether each has a version that a registry's users get it by: cargo packs nothing that is built with another (doc.rust-lang.org/cargo, "cargo publish"). */
export const haveVersions = (table: unknown, workspace: Table | undefined): boolean => {
  const inherited = tableOf(workspace?.get("dependencies"))
  return [...(tableOf(table) ?? [])].every(([name, value]) => dependencyOf(value, inherited?.get(name)).has("version"))
}

/** Each dependency as a table with a version; what has none is for development in the workspace, and cargo leaves it out (doc.rust-lang.org/cargo, "Specifying Dependencies", Multiple locations). */
export function dependenciesOf(table: unknown, workspace: Table | undefined): Table {
  const inherited = tableOf(workspace?.get("dependencies"))
  return new Map(
    [...(tableOf(table) ?? [])].flatMap(([name, value]) => {
      const one = dependencyOf(value, inherited?.get(name))
      return one.has("version") ? [[name, one] as const] : []
    }),
  )
}

function dependencyOf(value: unknown, inherited: unknown): Table {
  const own = detailed(value)
  const all = own.get("workspace") === true ? merged(detailed(inherited), own) : own
  return new Map([...all].filter(([key]) => !local.has(key)))
}

const detailed = (value: unknown): Table => {
  if (typeof value === "string") return new Map([["version", value]])
  return new Map([...(tableOf(value) ?? [])].map(([key, one]) => [key === "default_features" ? "default-features" : key, one]))
}

/** doc.rust-lang.org/cargo, "Specifying Dependencies", Inheriting a dependency from a workspace: features add up, the rest is the workspace's but for `optional`. */
function merged(shared: Table, own: Table): Table {
  const features = [...(textsOf(shared.get("features")) ?? []), ...(textsOf(own.get("features")) ?? [])]
  const on = own.get("default-features") === true
  return new Map<string, unknown>([
    ...shared,
    ...(features.length === 0 ? [] : [["features", features] as const]),
    ...(on && shared.has("default-features") ? [["default-features", true] as const] : []),
    ...(own.has("optional") ? [["optional", own.get("optional")] as const] : []),
  ])
}
