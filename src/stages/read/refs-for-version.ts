import type { Ref } from "../../io/git-refs.ts"
import type { Artifact } from "../../model/artifact.ts"

/** What the release is called without its version: the purl's name, else the start of the file name. */
export function packageNameOf({ purl, name, version }: Pick<Artifact, "purl" | "name" | "version">): string {
  const named = purl === undefined ? undefined : /([^/@]+)(?:@[^/]*)?$/.exec(purl.replace(/[?#].*$/, ""))?.[1]
  const at = version === undefined ? -1 : name.indexOf(version)
  return named ?? (at > 0 ? name.slice(0, at).replace(/[-_]v?$/, "") : name)
}

/** Words that projects put around a version in a tag: `v1`, `R_2_5_0`, `release-1.0`, `1.0.Final`. */
const prefixWords = new Set(["v", "r", "rel", "release", "releases", "ver", "version", "tag"])
const suffixWords = new Set(["final", "release", "ga", "stable"])

/**
 * The tags that name a version, best first. Compared are the runs of digits and of letters, so that `10.0p2` is `V_10_0_P2` and
 * `7.88.1` is `curl-7_88_1`. A tag of another prefix counts only when nothing better is there; content then says whether it is right.
 */
export function refsForVersion(name: string, version: string, refs: readonly Ref[]): readonly Ref[] {
  const tags = refs.filter((ref) => ref.name.startsWith("refs/tags/"))
  const spellings = versionSpellings(version)
    .map(tokensOf)
    .filter((tokens) => tokens.some(isNumber))
  const ranked = tags.flatMap((ref) => {
    const ranks = spellings.flatMap((wanted, order) => {
      const rank = rankOf(tokensOf(ref.name.slice("refs/tags/".length)), wanted, nameWords(name))
      return rank === undefined ? [] : [order * 10 + rank]
    })
    return ranks.length === 0 ? [] : [{ ref, rank: Math.min(...ranks) }]
  })
  ranked.sort((a, b) => a.rank - b.rank || a.ref.name.length - b.ref.name.length || (a.ref.name < b.ref.name ? -1 : 1))
  const good = ranked.filter(({ rank }) => rank % 10 < unknownPrefix)
  return (good.length > 0 ? good : ranked).map(({ ref }) => ref)
}

const isNumber = (token: string): boolean => /^\d/.test(token)
const tokensOf = (text: string): readonly string[] =>
  (text.toLowerCase().match(/\d+|[a-z]+/g) ?? []).map((token) => (isNumber(token) ? token.replace(/^0+(?=\d)/, "") : token))

/** `@scope/name`, `group:name`, `lib` and `-src` forms: any of their words may stand before a version. A major version in the name (`commons-lang3`) need not. */
function nameWords(name: string): ReadonlySet<string> {
  const last = name.split(/[/:]/).at(-1) ?? name
  const whole = [name, last].flatMap((text) => [
    tokensOf(text).join(" "),
    tokensOf(text).join(" ").replace(/^lib/, ""),
    `lib${tokensOf(text).join(" ")}`,
    tokensOf(text).join(" ").replace(/ \d+$/, ""),
  ])
  return new Set([...whole, ...tokensOf(last).slice(0, 1)].filter((word) => word !== ""))
}

/** The version, then without what distributions add: epoch, revision, `+dfsg` (deb-version(7)). */
function versionSpellings(version: string): readonly string[] {
  const upstream = version.replace(/^\d+:/, "").replace(/[+~.-]+(?:dfsg|ds|repack|really|git|debian|orig)[\s\S]*$/i, "")
  return [...new Set([version, upstream, upstream.replace(/-[^-]*$/, "")])]
}

const unknownPrefix = 8

/** How well a tag fits, 0 best; undefined when it does not. */
function rankOf(tag: readonly string[], wanted: readonly string[], names: ReadonlySet<string>): number | undefined {
  const tail = tag.length > 0 && suffixWords.has(tag.at(-1) ?? "") && !suffixWords.has(wanted.at(-1) ?? "") ? 1 : 0
  const body = tag.slice(0, tag.length - tail)
  const exact = endsWith(body, wanted)
  const bare = exact ? wanted : withoutZero(wanted)
  if (!exact && !endsWith(body, bare)) return undefined
  const prefix = prefixRank(body.slice(0, body.length - bare.length), names)
  return prefix === undefined ? undefined : Math.min(9, prefix + (exact ? 0 : 3) + tail)
}

const endsWith = (tokens: readonly string[], wanted: readonly string[]): boolean =>
  tokens.length >= wanted.length && wanted.every((token, index) => tokens[tokens.length - wanted.length + index] === token)

/** `1.2.0` is often tagged `1.2`. */
const withoutZero = (tokens: readonly string[]): readonly string[] =>
  tokens.length > 2 && tokens.at(-1) === "0" ? tokens.slice(0, -1) : tokens

function prefixRank(prefix: readonly string[], names: ReadonlySet<string>): number | undefined {
  if (prefix.length === 0) return 0
  const words = prefix.filter((word) => !prefixWords.has(word))
  if (words.length === 0) return 0
  if (names.has(words.join(" ")) || names.has(prefix.join(" "))) return 1
  return prefix.some(isNumber) || words.length > 1 ? undefined : unknownPrefix
}

/** Names told when one is not there: a handful. */
const nearMax = 5
/** Names that are compared letter by letter. */
const spelledMax = 5000

/**
 * The names nearest to one that is not there: by version, number by number, where it has one (`v9.9.9` is nearest to the last release, not to
 * `v0.1.0`); by spelling where it has none. Those with the same words before the number come first, after the same number under other words.
 */
export function nearestNames(wanted: string, refs: readonly Ref[]): readonly string[] {
  const names = [...new Set(refs.map((ref) => ref.name.replace(/^refs\/(?:tags|heads|remotes)\//, "")))]
  const version = versionOf(wanted)
  if (version.numbers.length === 0) return bySpelling(wanted, names)
  const near = names.flatMap((name) => {
    const { words, numbers } = versionOf(name)
    if (numbers.length === 0) return []
    const apart = gaps(version.numbers, numbers)
    return [{ name, apart, kin: apart.every((gap) => gap === 0) ? 0 : words === version.words ? 1 : 2 }]
  })
  if (near.length === 0) return bySpelling(wanted, names)
  near.sort((a, b) => a.kin - b.kin || byGap(a.apart, b.apart) || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
  return near.slice(0, nearMax).map(({ name }) => name)
}

/** `OpenSSL_1_1_1k`: the words before the first number, and the numbers. */
function versionOf(name: string): { readonly words: string; readonly numbers: readonly number[] } {
  const tokens = tokensOf(name.slice(0, 200))
  const first = tokens.findIndex(isNumber)
  return { words: tokens.slice(0, Math.max(0, first)).join(" "), numbers: tokens.filter(isNumber).map(Number) }
}

const gaps = (a: readonly number[], b: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, index) => Math.abs((a[index] ?? 0) - (b[index] ?? 0)))

/** The first number that is nearer decides. */
function byGap(a: readonly number[], b: readonly number[]): number {
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => (a[index] ?? 0) - (b[index] ?? 0))
  return at.find((difference) => difference !== 0) ?? 0
}

function bySpelling(wanted: string, names: readonly string[]): readonly string[] {
  const near = names.slice(0, spelledMax).map((name) => ({ name, distance: editDistance(wanted.slice(0, 64), name.slice(0, 64)) }))
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
  return near.slice(0, nearMax).map(({ name }) => name)
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
