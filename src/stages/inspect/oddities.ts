import type { Oddity } from "../../model/inspection.ts"

/** Lines that are told of one text and one kind. */
const toldMax = 20

/** Blanks before text that a window does not show; bytes of a line that nobody reads, and of one that nobody reads as it has next to no blanks. */
const blanksMin = 200
const lineBytesMin = 1000
const denseBytesMin = 200
const blankShareMax = 0.03
/** A file of many such lines is made by a program, and told by its first ones. */
const longLinesMax = 2000

/**
 * What hides from the reader of a text: characters that turn its order (Unicode Standard Annex 9), that have no form (U+200B and the like, variation selectors, tags),
 * letters that look like those of another script (Unicode Technical Standard 39), text behind a wide blank, and very long lines. One character of `text` is a byte of UTF-8.
 */
export function odditiesOf(path: string, text: string): readonly Oddity[] {
  return [
    ...ofPattern(path, text, "bidi", bidi, (found) => found.length / 3),
    ...ofPattern(path, text, "invisible", invisible, pointsOf),
    ...ofPattern(path, text, "pushed right", pushed, (found) => found.length),
    ...longLines(path, text),
    ...lookalikes(path, text),
  ]
}

/** U+202A..E, U+2066..9. */
const bidi = /(?:\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9])+/g

/**
 * What gives a line a level from right to left: U+202B, U+202E, U+2067, U+2068, the marks U+061C and U+200F, and more than all letters of such scripts (U+0590..08FF, U+FB1D..FEFF, U+10800..10FFF,
 * U+1E800..1EFFF). Without one all levels are even, and only odd ones are turned (Unicode Standard Annex 9, L2).
 */
const rightToLeft = /[\xd6-\xdf]|\xe0[\xa0-\xa3]|\xe2\x80[\x8f\xab\xae]|\xe2\x81[\xa7\xa8]|\xef[\xac-\xbb]|\xf0[\x90\x9e]/

/** U+00AD, U+115F, U+1160, U+180E, U+200B..D, U+2060..4, U+3164, U+FE00..F, U+FEFF, U+FFA0, U+E0000..U+E01EF. */
const invisible =
  /(?:\xc2\xad|\xe1\x85[\x9f\xa0]|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8d]|\xe2\x81[\xa0-\xa4]|\xe3\x85\xa4|\xef\xb8[\x80-\x8f]|\xef\xbb\xbf|\xef\xbe\xa0|\xf3\xa0[\x80-\x87][\x80-\xbf])+/g

const pushed = new RegExp(`[ \\t]{${blanksMin},}`, "g")

const pointsOf = (bytes: string): number => bytes.replace(/[\x80-\xbf]/g, "").length

function ofPattern(path: string, text: string, kind: Oddity["kind"], pattern: RegExp, count: (found: string) => number): readonly Oddity[] {
  const lines = new Lines(text)
  const found: Oddity[] = []
  const isUnread = kind === "bidi" && pattern.test(text) && isMinified(text)
  pattern.lastIndex = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index === 0 && match[0] === "\xef\xbb\xbf") continue // the mark of UTF-8 itself
    if (kind === "invisible" && isOrdinary(text, match.index, match[0])) continue
    const behind = text.charAt(match.index + match[0].length)
    if (kind === "pushed right" && /^[\s\\]?$/.test(behind)) continue // blanks that end a line
    const line = lines.at(match.index)
    if (kind === "bidi" && !lines.isTurned()) continue
    found.push({
      kind,
      at: { path, lines: [line, line] },
      what: kind === "pushed right" ? blanksAt(text, match.index, match[0]) : pointsIn(match[0]),
      count: count(match[0]),
      ...(isUnread ? { isUnread } : {}),
    })
  }
  return worst(found)
}

/** Whether most of a text, and much of it, stands in long lines with next to no blanks: what a minifier wrote. */
function isMinified(text: string): boolean {
  const dense = text.split("\n").filter((line) => line.length >= lineBytesMin && isDense(line))
  return text.length >= minifiedMin && dense.reduce((bytes, { length }) => bytes + length, 0) * 2 > text.length
}

const minifiedMin = 10_000

function blanksAt(text: string, at: number, { length }: string): string {
  return /^\n?$/.test(text.charAt(at - 1)) ? `an indentation of ${length} blanks` : `${length} blanks`
}

/** The flag of a part of a country is a black flag and the letters of its code as tags (Unicode Technical Standard 51, ED-14a); one character over and over says nothing. */
function isOrdinary(text: string, at: number, found: string): boolean {
  const isFlag = text.slice(at - 4, at) === "\xf0\x9f\x8f\xb4" && found.length <= 7 * 4
  return isFlag || new Set(utf8(found)).size === 1
}

/** The largest, in the order of the text. */
const worst = (found: readonly Oddity[]): readonly Oddity[] =>
  found.length <= toldMax
    ? found
    : [...found]
        .sort((a, b) => b.count - a.count)
        .slice(0, toldMax)
        .sort((a, b) => a.at.lines[0] - b.at.lines[0])

function pointsIn(bytes: string): string {
  const points = [...utf8(bytes)]
    .slice(0, pointsMax)
    .map((point) => `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`)
  return points.join(" ")
}

const pointsMax = 8
const utf8 = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8")

function longLines(path: string, text: string): readonly Oddity[] {
  const found: Oddity[] = []
  for (let start = 0, line = 1; start < text.length && found.length < longLinesMax; line += 1) {
    const newline = text.indexOf("\n", start)
    const end = newline === -1 ? text.length : newline
    const bytes = end - start
    if (bytes >= lineBytesMin || (bytes >= denseBytesMin && isDense(text.slice(start, end).trim())))
      found.push({ kind: "long line", at: { path, lines: [line, line] }, what: `${bytes} bytes`, count: bytes })
    start = end + 1
  }
  return found
}

const isDense = (line: string): boolean => line.length >= denseBytesMin && line.split(/[ \t]/).length - 1 < line.length * blankShareMax

/** Letters of Cyrillic and Greek that are drawn as letters of ASCII are (confusables of UTS 39, those of one letter), and the wide forms of these. */
const alike: ReadonlyMap<string, string> = new Map(
  "аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS οo νv ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX"
    .split(" ")
    .map((pair) => [pair.charAt(0), pair.charAt(1)] as const),
)

/** Texts, and patterns where no division can stand (ECMAScript 12.9.5). */
const literals =
  /"[^"]*"|'[^']*'|`[^`]*`|\/(?<=(?:^|[(,=:[!&|?{};]|\breturn\b)\s{0,99}\/)(?![*/])(?:\\.|\[(?:\\.|[^\]\\]){0,200}\]|[^/\\[]){1,500}\/\w{0,9}/g

/** Words of ASCII but for letters that only look so. Comments and literals name nothing, and their writer's keyboard is his own. */
function lookalikes(path: string, text: string): readonly Oddity[] {
  if (!/[\xce-\xd4][\x80-\xbf]/.test(text)) return []
  const all = /\.pyi?$/.test(path) ? withoutDocstrings(utf8(text)) : utf8(text)
  const found: Oddity[] = []
  for (const [index, line] of all.split("\n").entries()) {
    const code = line.replaceAll(literals, "").replace(/(?:\/\/|#|--|^\s*\*|\/\*).*$/, "")
    for (const [word] of code.matchAll(/[\p{L}\p{N}_$]{1,200}/gu)) {
      const letters = [...word]
      if (!letters.some((letter) => alike.has(letter)) || !letters.some((letter) => /[A-Za-z]/.test(letter))) continue
      const plain = letters.map((letter) => alike.get(letter) ?? letter).join("")
      if (!/^[\w$]+$/.test(plain)) continue
      const isTwin = !reserved.has(plain) && new RegExp(`(?<![\\w$])${plain.replaceAll("$", "\\$")}(?![\\w$])`).test(all)
      found.push({
        kind: "lookalike",
        at: { path, lines: [index + 1, index + 1] },
        what: `a word that looks like ${plain}`,
        count: isTwin ? 1 : 0,
      })
      if (found.length >= toldMax) return found
    }
  }
  return found
}

/**
 * Without Python's texts of several lines that are statements of their own, as docstrings are (The Python Language Reference, 2.4.1); lines keep their numbers. In time
 * linear in the text: each opening is followed to its end once.
 */
function withoutDocstrings(text: string): string {
  const opening = /#[^\n]*|"""|'''|"|'/g
  const parts: string[] = []
  let kept = 0
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const [quotes] = match
    if (quotes.startsWith("#")) continue
    const end = endOfText(text, opening.lastIndex, quotes)
    if (quotes.length === 3 && isStatement(text, match.index)) {
      parts.push(text.slice(kept, match.index), text.slice(match.index, end).replace(/[^\n]+/g, ""))
      kept = end
    }
    opening.lastIndex = end
  }
  return [...parts, text.slice(kept)].join("")
}

/** Behind the quotes that end what begins at `start`; a text of one line ends with its line. */
function endOfText(text: string, start: number, quotes: string): number {
  const ending = quotes.length === 3 ? new RegExp(`\\\\[\\s\\S]|${quotes}`, "g") : new RegExp(`\\\\[\\s\\S]|${quotes}|\\n`, "g")
  ending.lastIndex = start
  for (let match = ending.exec(text); match !== null; match = ending.exec(text)) if (!match[0].startsWith("\\")) return ending.lastIndex
  return text.length
}

const indentMax = 200

/** Nothing but blanks stand before it on its line. */
function isStatement(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - indentMax), at)
  const newline = before.lastIndexOf("\n")
  return (newline !== -1 || at <= indentMax) && /^[ \t]*[rRuU]?$/.test(before.slice(newline + 1))
}

/** Words of languages that are no names, so that a name which looks like one is no other one's double: typings of a library call a parameter so. */
const reserved: ReadonlySet<string> = new Set(
  "break case catch class const continue def default delete do elif else enum export extends finally for from function if import in let new pass return struct super switch this throw try typedef typeof union var void while with yield".split(
    " ",
  ),
)

/** Lines of offsets that only grow. */
class Lines {
  readonly #text: string
  #line = 1
  #start = 0
  #turned: { readonly start: number; readonly is: boolean } | undefined

  constructor(text: string) {
    this.#text = text
  }

  at(offset: number): number {
    for (
      let newline = this.#text.indexOf("\n", this.#start);
      newline !== -1 && newline < offset;
      newline = this.#text.indexOf("\n", this.#start)
    ) {
      this.#line += 1
      this.#start = newline + 1
    }
    return this.#line
  }

  /** Whether something in the line that was asked for last is shown from right to left. */
  isTurned(): boolean {
    if (this.#turned?.start !== this.#start) {
      const newline = this.#text.indexOf("\n", this.#start)
      const line = this.#text.slice(this.#start, newline === -1 ? undefined : newline)
      this.#turned = { start: this.#start, is: rightToLeft.test(line) }
    }
    return this.#turned.is
  }
}
