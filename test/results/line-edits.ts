/** Edits of one text file, line by line, chosen by a seeded generator: same seed, same edits. */
export interface TextEdit {
  readonly kind: string
  readonly text: string
  /** Lines of the edited text that a diff with the original must leave, at least and at most, and lines of the original that are gone. */
  readonly added: number
  readonly removed: number
  /** A line that was never published and must be shown as uncovered. */
  readonly marker?: string
}

export type Random = (below: number) => number

/** mulberry32 (Tommy Ettinger, 2017, public domain): small, and the same everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

export const linesIn = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

type Maker = (lines: readonly string[], random: Random, mark: string) => TextEdit | undefined

const spliced = (lines: readonly string[], at: number, remove: number, ...insert: readonly string[]): string =>
  [...lines.slice(0, at), ...insert, ...lines.slice(at + remove)].join("")

const inserted: Maker = (lines, random, mark) => {
  const marker = `dnl ${mark}: nobody published this line\n`
  return { kind: "a line inserted", text: spliced(lines, random(lines.length), 0, marker), added: 1, removed: 0, marker }
}

/** A known line at a place where it does not belong. */
const repeated: Maker = (lines, random) => {
  const line = lines[random(lines.length)] ?? ""
  return { kind: "a line of its own repeated", text: spliced(lines, random(lines.length), 0, line), added: 1, removed: 0 }
}

const deleted: Maker = (lines, random) => {
  const count = 1 + random(3)
  return { kind: "lines deleted", text: spliced(lines, random(lines.length - count), count), added: 0, removed: count }
}

const swapped: Maker = (lines, random) => {
  const at = Array.from({ length: 50 }, () => random(lines.length - 1)).find((index) => lines[index] !== lines[index + 1])
  if (at === undefined) return undefined
  return { kind: "two lines swapped", text: spliced(lines, at, 2, lines[at + 1] ?? "", lines[at] ?? ""), added: 1, removed: 1 }
}

const changed: Maker = (lines, random, mark) => {
  const at = random(lines.length)
  const marker = `${(lines[at] ?? "").replace(/\n$/, "")} ${mark}\n`
  return { kind: "a line changed", text: spliced(lines, at, 1, marker), added: 1, removed: 1, marker }
}

const spaced: Maker = (lines, random) => {
  const at = random(lines.length)
  const line = lines[at] ?? ""
  return { kind: "white space added", text: spliced(lines, at, 1, line.replace(/\n?$/, " \t\n")), added: 1, removed: 1 }
}

/** A line that decides something: a test, a call of a checking macro, an exit. */
const isCheck = (line: string): boolean => /\b(?:if|case|test|exit)\b|AC_(?:CHECK|REQUIRE|MSG|TRY|RUN|LINK|COMPILE)|AM_|\|\|/.test(line)
const unchecked: Maker = (lines, random) => {
  const checks = [...lines.keys()].filter((index) => isCheck(lines[index] ?? ""))
  const at = checks[random(checks.length)]
  return at === undefined ? undefined : { kind: "a check deleted", text: spliced(lines, at, 1), added: 0, removed: 1 }
}

const stated = /^((?:#|dnl).*\bserial\s+#?|timestamp='|scriptversion=)(\d[\d-]*)/
const serial: Maker = (lines) => {
  const at = lines.findIndex((line) => stated.test(line))
  if (at < 0) return undefined
  const next = (lines[at] ?? "").replace(stated, (_, before: string, number: string) =>
    number.includes("-") ? `${before}2099${number.slice(4)}` : `${before}${Number(number) + 9000}`,
  )
  return { kind: "the serial changed", text: spliced(lines, at, 1, next), added: 1, removed: 1, marker: next }
}

/** Inert, and only ever read: what would write a file is a comment of m4. */
const payload: Maker = (lines, random, mark) => {
  const body = [`dnl ${mark} replica of a payload, inert\n`, "dnl AC_CONFIG_COMMANDS([marker], [[echo MARKER > marker]])\n"]
  return { kind: "a payload put in", text: spliced(lines, random(lines.length), 0, ...body), added: 2, removed: 0, marker: body[0] ?? "" }
}

export const makers = { inserted, repeated, deleted, swapped, changed, spaced, unchecked, serial, payload } as const

/** Parts of other published versions put into a text, without making it one of them; undefined when they differ in one place only. */
export function recombined(text: string, others: readonly string[], random: Random): TextEdit | undefined {
  const lines = linesIn(text)
  for (let tries = 0; tries < 20 && others.length > 0; tries += 1) {
    const other = linesIn(others[random(others.length)] ?? "")
    if (lines.length * other.length > 4_000_000) continue
    const hunks = hunksBetween(lines, other)
    const hunk = hunks.length > 1 ? hunks[random(hunks.length)] : undefined
    if (hunk === undefined) continue
    const made = spliced(lines, hunk.start, hunk.end - hunk.start, ...other.slice(hunk.from, hunk.to))
    if (made === text || others.includes(made)) continue
    const shared = sharedLines(lines, linesIn(made))
    return { kind: "lines of another version put in", text: made, added: linesIn(made).length - shared, removed: lines.length - shared }
  }
  return undefined
}

/** The table of the longest common subsequence (Wagner and Fischer, 1974): slow, plain, and not the program's own. */
function table(a: readonly string[], b: readonly string[]): readonly Int32Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = rows[i]
      if (row === undefined) continue
      row[j] = a[i] === b[j] ? 1 + (rows[i + 1]?.[j + 1] ?? 0) : Math.max(rows[i + 1]?.[j] ?? 0, row[j + 1] ?? 0)
    }
  return rows
}

const sharedLines = (a: readonly string[], b: readonly string[]): number => table(a, b)[0]?.[0] ?? 0

interface Hunk {
  /** Of the first text. */
  readonly start: number
  readonly end: number
  /** Of the second. */
  readonly from: number
  readonly to: number
}

function hunksBetween(a: readonly string[], b: readonly string[]): readonly Hunk[] {
  const rows = table(a, b)
  const hunks: Hunk[] = []
  let [i, j, start, from] = [0, 0, 0, 0]
  const end = (): void => {
    if (i > start || j > from) hunks.push({ start, end: i, from, to: j })
  }
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      end()
      i += 1
      j += 1
      start = i
      from = j
    } else if ((rows[i + 1]?.[j] ?? 0) >= (rows[i]?.[j + 1] ?? 0)) i += 1
    else j += 1
  }
  i = a.length
  j = b.length
  end()
  return hunks
}
