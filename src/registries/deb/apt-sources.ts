import { placeOfAddress } from "../../io/http.ts"
import { fieldsOf } from "./stanza.ts"

/** One suite at one mirror, as apt is configured (sources.list(5)). */
export interface AptSource {
  readonly uri: string
  readonly suite: string
  readonly components: readonly string[]
  /** Key files and fingerprints that may sign; empty: the system's keyrings. */
  readonly signedBy: readonly string[]
  /** Keys written into the configuration itself. */
  readonly embeddedKey: string | undefined
  /** False: apt is told to accept an index whose date has passed. */
  readonly checkValidUntil: boolean
}

/** `sources.list`: one line a source. `deb` lines count like `deb-src` ones: the same mirror has the source indexes. */
export function parseOneLine(text: string): readonly AptSource[] {
  return text.split("\n").flatMap((line) => {
    const matched = /^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line.slice(0, lineCharactersMax))
    const [, options = "", uri, suite, components = ""] = matched ?? []
    if (uri === undefined || suite === undefined) return []
    const option = new Map([...options.matchAll(/([\w-]+)[+-]?=(\S+)/g)].map(([, name = "", value = ""]) => [name.toLowerCase(), value]))
    return [
      source(
        uri,
        suite,
        words(components),
        words((option.get("signed-by") ?? "").replaceAll(",", " ")),
        undefined,
        option.get("check-valid-until"),
      ),
    ]
  })
}

/** `*.sources`: deb822 stanzas. */
export function parseDeb822(text: string): readonly AptSource[] {
  return text.split(/\n(?:[ \t]*\n)+/).flatMap((stanza) => {
    const fields = fieldsOf(stanza)
    if (/^(?:no|false|0|off)$/i.test(fields.get("enabled") ?? "")) return []
    if (!words(fields.get("types") ?? "").some((type) => type === "deb" || type === "deb-src")) return []
    const key = fields.get("signed-by") ?? ""
    const embedded = key.includes("-----BEGIN PGP") ? key.replace(/^\.$/gm, "") : undefined
    const signedBy = embedded === undefined ? words(key.replaceAll(",", " ")) : []
    const [uris, suites, components] = [
      words(fields.get("uris") ?? ""),
      words(fields.get("suites") ?? ""),
      words(fields.get("components") ?? ""),
    ]
    return uris.flatMap((uri) => suites.map((suite) => source(uri, suite, components, signedBy, embedded, fields.get("check-valid-until"))))
  })
}

const lineCharactersMax = 64 * 1024

function source(
  uri: string,
  suite: string,
  components: readonly string[],
  signedBy: readonly string[],
  embeddedKey: string | undefined,
  check: string | undefined,
): AptSource {
  return {
    uri: uri.endsWith("/") ? uri : `${uri}/`,
    suite,
    components,
    signedBy,
    embeddedKey,
    checkValidUntil: !/^(?:no|false|0|off)$/i.test(check ?? ""),
  }
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "")

/** Suites that are searched together. */
export interface SuiteGroup {
  readonly configured: boolean
  readonly sources: readonly AptSource[]
}

const isSearched = ({ uri, suite }: AptSource): boolean => /^https?:/.test(uri) && !suite.endsWith("/")

/** The configured sources that no group has, by what they are: flat repositories (sources.list(5): the suite ends with `/`) and those not on http. */
export function unsearched(sources: readonly AptSource[]): readonly string[] {
  const shown = sources.filter((one) => !isSearched(one)).map(({ uri, suite }) => `${placeOfAddress(uri)} ${suite}`)
  return [...new Set(shown)].map((one) => `not searched: ${one} (${one.endsWith("/") ? "a flat repository" : "neither http nor https"})`)
}

/** The other current suites by their standard names, which Debian's mirrors have beside the code names. */
const aliases = ["stable", "testing", "unstable", "oldstable"] as const
const forms = ["", "-updates", "-security"] as const

/**
 * The order of the search. One distributor (one set of signing keys) after the other, as configured: first its configured suites,
 * then its other current ones on the same mirrors, in the forms configured there. So another vendor's mirror is asked only for what the first does not have.
 */
export function suiteGroups(sources: readonly AptSource[]): readonly SuiteGroup[] {
  const distributors = new Map<string, AptSource[]>()
  for (const one of sources.filter(isSearched).map(mainComponents)) {
    const key = [...one.signedBy, one.embeddedKey ?? ""].join(" ")
    distributors.set(key, [...(distributors.get(key) ?? []), one])
  }
  return [...distributors.values()].flatMap((own) => {
    const configured = merged(own)
    return [
      { configured: true, sources: configured },
      ...aliases.map((alias) => ({ configured: false, sources: otherSuites(configured, alias) })),
    ]
  })
}

function otherSuites(configured: readonly AptSource[], alias: (typeof aliases)[number]): readonly AptSource[] {
  const others = configured.flatMap((one) => {
    const form =
      forms.find((ending) => ending !== "" && one.suite.endsWith(ending)) ?? (/-(?:backports|proposed)/.test(one.suite) ? undefined : "")
    if (form === undefined || (alias === "unstable" && form !== "")) return []
    return [{ ...one, suite: `${alias}${form}` }]
  })
  return merged(others).filter(({ uri, suite }) => !configured.some((one) => one.uri === uri && one.suite === suite))
}

const mainComponents = (one: AptSource): AptSource => (one.components.length > 0 ? one : { ...one, components: ["main"] })

/** `deb` and `deb-src` lines of one suite as one. */
function merged(sources: readonly AptSource[]): readonly AptSource[] {
  const byPlace = new Map<string, AptSource>()
  for (const one of sources) {
    const place = `${one.uri} ${one.suite}`
    const other = byPlace.get(place)
    byPlace.set(place, other === undefined ? one : { ...other, components: [...new Set([...other.components, ...one.components])] })
  }
  return [...byPlace.values()]
}
