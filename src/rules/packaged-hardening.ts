/** What a distribution's packaging asks of the compiler beside its defaults: there the flags themselves are written nowhere, and what is switched off is a word. */

export type Feature = (typeof features)[number]["name"]

interface Statement {
  readonly index: number
  readonly words: string
}

/** What changed lines no longer ask for, or switch off, by the line that says so, which came or went. */
export interface Lost extends Statement {
  readonly features: readonly string[]
  readonly in: "removed" | "added"
}

interface Row {
  readonly name: string
  /** On before a package says anything (dpkg-buildflags(1), "FEATURE AREAS", "hardening"); programs that may lie anywhere by the compiler itself. */
  readonly isDefault: boolean
  /** The flags by which it is asked for. */
  readonly flag: RegExp
  /** Those that undo it. */
  readonly off: RegExp
}

const features = [
  { name: "format", isDefault: true, flag: /-W(?:error=)?format\S*/, off: /-Wno-(?:error=)?format\S*/ },
  { name: "fortify", isDefault: true, flag: /-D_FORTIFY_SOURCE\S*/, off: /-U_FORTIFY_SOURCE\b(?![\s,'"]+-D)|-D_FORTIFY_SOURCE=0/ },
  { name: "stackprotector", isDefault: true, flag: /-fstack-protector\S*/, off: /-fno-stack-protector\b/ },
  { name: "stackclash", isDefault: true, flag: /-fstack-clash-protection\b/, off: /-fno-stack-clash-protection\b/ },
  {
    name: "branch",
    isDefault: true,
    flag: /-fcf-protection\S*|-mbranch-protection\S*/,
    off: /-fcf-protection=none\b|-mbranch-protection=none\b/,
  },
  { name: "relro", isDefault: true, flag: /-Wl,-z,relro\b|-z\s?relro\b/, off: /-Wl,-z,norelro\b|-z\s?norelro\b/ },
  { name: "bindnow", isDefault: false, flag: /-Wl,-z,now\b|-z\s?now\b/, off: /-Wl,-z,lazy\b|-z\s?lazy\b/ },
  { name: "pie", isDefault: true, flag: /-fPIE\b|-pie\b/, off: /-fno-pie\b|-no-pie\b/i },
] as const satisfies readonly Row[]

/** `hardening=+all,-pie` (dpkg-buildflags(1), "DEB_BUILD_MAINT_OPTIONS"). A stronger form of one counts as that one. */
const asked = /\bhardening=([+-]\w+(?:,[+-]\w+)*)/g
/** Flags that are taken out again: dpkg-buildflags(1), `DEB_flag_MAINT_STRIP`; Gentoo's flag-o-matic.eclass(5). */
const strips = /\bDEB_\w+_STRIP\b|\bfilter-(?:ld)?flags\b/
/** redhat-rpm-config, buildflags.md: "Hardened builds", "Fortify". */
const ofRpm: readonly { readonly what: RegExp; readonly off: readonly Feature[] }[] = [
  { what: /%undefine\s+_hardened_build\b|%(?:global|define)\s+_hardened_build\s+0\b/, off: ["pie", "bindnow"] },
  { what: /%undefine\s+_fortify_level\b|%(?:global|define)\s+_fortify_level\s+0\b/, off: ["fortify"] },
]

const packaging = /(?:^|[/!])debian\/(?:rules|[^/]+\.mk)$|\.spec(?:\.in)?$|\.e(?:build|class)$/

export const isPackaging = (path: string): boolean => packaging.test(path)

/** Whether what a line names is taken out by it. */
export const isStripped = (line: string): boolean => strips.test(line)

interface Said {
  readonly on: ReadonlySet<string>
  readonly off: ReadonlyMap<string, Statement>
  /** The first line that asks for one. */
  readonly asks: ReadonlyMap<string, Statement>
}

interface Pair {
  readonly name: Feature
  readonly said: Statement
  readonly in: Lost["in"]
}

/** What the lines that came switch off, or no longer ask for, against those that went. */
export function lostIn(removed: readonly string[], added: readonly string[]): readonly Lost[] {
  const [was, is] = [saidIn(removed), saidIn(added)]
  const lost = features.flatMap(({ name, isDefault }): readonly Pair[] => {
    const off = is.off.get(name)
    if (off !== undefined) return was.off.has(name) ? [] : [{ name, said: off, in: "added" }]
    const went = was.on.has(name) ? was.asks.get(name) : undefined
    return isDefault || went === undefined || is.on.has(name) ? [] : [{ name, said: went, in: "removed" }]
  })
  return [...Map.groupBy(lost, ({ said }) => said)].map(([said, all]) => ({
    ...said,
    features: all.map(({ name }) => name),
    in: all[0]?.in ?? "added",
  }))
}

function saidIn(lines: readonly string[]): Said {
  const [on, off] = [new Set<string>(), new Map<string, Statement>()]
  const asks = new Map<string, Statement>()
  for (const { index, words } of statementsOf(lines)) {
    const here = { index, words: words.trim() }
    const say = (name: string, isOn: boolean): void => {
      if (isOn) {
        on.add(name)
        off.delete(name)
        asks.set(name, asks.get(name) ?? here)
      } else {
        on.delete(name)
        off.set(name, here)
      }
    }
    for (const [, list = ""] of words.matchAll(asked))
      for (const word of list.split(",")) for (const name of namesOf(word.slice(1), word)) say(name, word.startsWith("+"))
    const isTaken = isStripped(words)
    for (const { name, flag, off: undoes } of features) if (isTaken ? flag.test(words) : undoes.test(words)) say(name, false)
    for (const row of ofRpm) if (row.what.test(words)) for (const name of row.off) say(name, false)
  }
  return { on, off, asks }
}

/** `stackprotectorstrong` switched off leaves the weaker one; on, it is that one as well. */
function namesOf(area: string, word: string): readonly string[] {
  if (area === "all") return features.map(({ name }) => name)
  return [area === "stackprotectorstrong" && word.startsWith("+") ? "stackprotector" : area]
}

/** Lines that a backslash joins are one. */
function statementsOf(lines: readonly string[]): readonly Statement[] {
  const made: { readonly index: number; words: string }[] = []
  let isOpen = false
  for (const [index, line] of lines.entries()) {
    const last = made.at(-1)
    if (line.length > lineMax) isOpen = false
    else {
      if (isOpen && last !== undefined) last.words = `${last.words.replace(/\\\s*$/, " ")}${line.trim()}`
      else made.push({ index, words: line })
      isOpen = /\\\s*$/.test(line)
    }
  }
  return made
}

/** A longer line is no line that somebody wrote. */
const lineMax = 2000
