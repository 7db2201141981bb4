/**
 * Letters and digits that are read for one another; each stands for the first of its row. 0 and O, 1, l, I and | are confusables of UTS 39 (section 4, and its confusables.txt), as rn and m are; the other
 * digits are those that are written for letters. Registries allow ASCII alone in names, so that no other script is looked at.
 */
const alike = ["o0", "l1i|", "s5", "b8", "g9q", "z2", "e3", "a4"]
const canonical = new Map(alike.flatMap((row) => [...row].map((one) => [one, row[0] ?? one] as const)))

const separators = /[-_.~]+/g
/** Words that say who or what for, and do not make another name of it. */
const affix = /^(?:go|js|node|py|python|rs|rust|lib|dev|official|team|org|core|api|sdk|cli)$/
/** Shorter names are near each other by chance. */
const nearCharactersMin = 6

/** How a name may be taken for another, in words between both; undefined: it may not. */
export function confusion(name: string, other: string): string | undefined {
  const [own, theirs] = [name.toLowerCase(), other.toLowerCase()]
  if (own === theirs) return name === other ? undefined : "differs in case alone from"
  const [mine, others] = [own.split("/"), theirs.split("/")]
  if (mine.length !== others.length) return undefined
  const [only, ...more] = mine.flatMap((part, at) => (part === others[at] ? [] : [{ part, at, other: others[at] ?? "" }]))
  if (only === undefined || more.length > 0) return undefined
  // What stands below a scope of npm, or below a host and its owner in a path, is named by that owner alone.
  const isOwned = only.at >= (own.startsWith("@") ? 1 : 2)
  return isOwned ? undefined : between(only.part, only.other, mine.length > 1)
}

/** Names that number one thing: `tool2` and `tool`, `node18` and `node20`. Honest ones are common, and so are those that wait for a slip. */
export const differInDigits = (name: string, other: string): boolean => name.replace(/\d+/g, "") === other.replace(/\d+/g, "")

function between(own: string, other: string, isPart: boolean): string | undefined {
  const [bare, otherBare] = [own.replace(separators, ""), other.replace(separators, "")]
  if (bare === otherBare) return "has the letters of"
  if (looks(bare) === looks(otherBare)) return "looks like"
  if (isPart && isAffixed(own, other)) return "has a word more or less than"
  if (Math.min(bare.length, otherBare.length) < nearCharactersMin) return undefined
  return isOneAway(bare, otherBare) ? "is one letter away from" : undefined
}

const looks = (text: string): string =>
  [...text.normalize("NFKD").replace(/rn/g, "m").replace(/vv/g, "w")].map((one) => canonical.get(one) ?? one).join("")

function isAffixed(own: string, other: string): boolean {
  const [few, many] = [own.split(separators), other.split(separators)].toSorted((a, b) => a.length - b.length)
  if (few === undefined || many === undefined || many.length !== few.length + 1) return false
  const [more] = many.filter((word, at) => word !== few[at] && word !== few[at - 1])
  return affix.test(many[0] ?? "")
    ? many.slice(1).join() === few.join()
    : affix.test(more ?? many.at(-1) ?? "") && many.slice(0, -1).join() === few.join()
}

/** One letter more, less or other, or two beside each other exchanged: Damerau's distance of one, in one pass. */
function isOneAway(own: string, other: string): boolean {
  if (Math.abs(own.length - other.length) > 1) return false
  let start = 0
  while (start < own.length && own[start] === other[start]) start += 1
  let end = 0
  while (end < Math.min(own.length, other.length) - start && own.at(-1 - end) === other.at(-1 - end)) end += 1
  const [mine, theirs] = [own.slice(start, own.length - end), other.slice(start, other.length - end)]
  if (mine.length <= 1 && theirs.length <= 1) return true
  return mine.length === 2 && theirs.length === 2 && mine[0] === theirs[1] && mine[1] === theirs[0]
}
