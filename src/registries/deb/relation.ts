import { compareVersions } from "./version.ts"

/** One package that a field names (Debian Policy, 7.1): `name:any (>= 1.0) [amd64] <!nocheck>`. */
export interface Relation {
  readonly name: string
  readonly version: { readonly operator: string; readonly than: string } | undefined
  /** `[...]`: the architectures that it is for, or with `!` not for. */
  readonly architectures: readonly string[]
  /** `<...> <...>`: build profiles (one of the lists must hold). */
  readonly profiles: readonly (readonly string[])[]
}

const form =
  /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([a-z0-9][^\s)]*)\s*\))?\s*(?:\[([^\]]*)\])?\s*((?:<[^>]*>\s*)*)$/i
const alternativesMax = 10_000

/** A field of relations: each member of the outer list must be met, by one of its alternatives. What is no relation is left out. */
export function parseRelations(field: string): readonly (readonly Relation[])[] {
  const groups = field.split(",", alternativesMax).map((group) => group.split("|").flatMap((one) => relationOf(one.trim())))
  return groups.filter((group) => group.length > 0)
}

function relationOf(text: string): readonly Relation[] {
  const [, name, operator, than, architectures = "", profiles = ""] = form.exec(text.slice(0, 1000)) ?? []
  if (name === undefined) return []
  return [
    {
      name,
      version: operator === undefined || than === undefined ? undefined : { operator, than },
      architectures: words(architectures),
      profiles: [...profiles.matchAll(/<([^>]*)>/g)].map(([, list = ""]) => words(list)),
    },
  ]
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "")

/** Whether a version meets the relation; one that is not known meets only a relation without a version (Policy, 7.5). */
export function isMetBy({ version }: Relation, candidate: string | undefined): boolean {
  if (version === undefined) return true
  if (candidate === undefined) return false
  const order = compareVersions(candidate, version.than)
  switch (version.operator) {
    case "<<":
      return order < 0
    case "=":
      return order === 0
    case ">>":
      return order > 0
    case "<=":
    case "<": // deprecated, and means this (Policy, 7.1)
      return order <= 0
    default:
      return order >= 0
  }
}

/** Whether a relation of a source package counts when it is built plainly, without profiles, on an architecture. */
export function appliesTo({ architectures, profiles }: Relation, architecture: string): boolean {
  const negative = architectures.some((one) => one.startsWith("!"))
  const named = architectures.some((one) => matches(one.replace("!", ""), architecture))
  if (architectures.length > 0 && named === negative) return false
  return profiles.length === 0 || profiles.some((list) => list.every((profile) => profile.startsWith("!")))
}

/** `any`, `linux-any`, `any-amd64` or the architecture itself (Policy, 11.1). */
const matches = (wildcard: string, architecture: string): boolean =>
  ["any", "linux-any", `any-${architecture}`, `linux-${architecture}`, architecture].includes(wildcard)
