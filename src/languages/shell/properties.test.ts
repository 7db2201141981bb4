import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Limits, limitsDefault } from "../../core/limits.ts"
import type { Analysed } from "../language.ts"
import { analyse } from "./analyse.ts"

function analysed(script: string, limits: Limits = limitsDefault): Analysed {
  const lines = script.split("\n").length
  const place = (start: number, end: number) => {
    expect(start).toBeGreaterThanOrEqual(0)
    expect(end).toBeLessThanOrEqual(script.length)
    const line = (at: number): number => script.slice(0, at).split("\n").length
    return { path: "x.sh", lines: [line(start), Math.min(lines, line(end))] } as const
  }
  return analyse({ text: script, place }, { limits, files: new Set(["t/a"]), variables: new Map(), inner: () => ({ acts: [], blind: [] }) })
}

/** What a script does, without where. */
const told = (script: string): string => JSON.stringify(analysed(script).acts, (key, value) => (key === "at" ? undefined : value))

const few: Limits = { ...limitsDefault, scriptStepsMax: 2000, scriptWorkMax: 200_000, scriptActsMax: 2000 }

const words =
  "if then else fi for in do done while case esac { } ( ) (( )) [[ ]] ;; ; & && | || < > << <<- <<< <( >( $( ` ` ) ' \" \\ $x %{x %{x#a} %{x:-$y} %{x[@]} $@ $((1+x)) x=a x+=b a=(b c) f() f eval . sh -c cat tr a-z sed s/a/b/ xargs find -exec {} ; printf %s \\x41 read set -- shift local trap alias exec 3> 2>&1 E \n \t # ~ * ? [a] {a,b} {1..9} t/a"
    .replaceAll("%{", "$".concat("{"))
    .split(" ")

const scripts = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...words) },
      { weight: 1, arbitrary: fc.string({ maxLength: 4, unit: "binary-ascii" }) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(" "))

describe("any text", () => {
  it("is analysed without a throw, within its limits and its lines", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const { acts, blind } = analysed(script, few)
        const lines = script.split("\n").length
        expect(acts.length).toBeLessThanOrEqual(few.scriptActsMax)
        for (const { at } of [...acts, ...blind]) {
          expect(at.lines[0]).toBeGreaterThanOrEqual(1)
          expect(at.lines[1]).toBeLessThanOrEqual(lines)
        }
      }),
      { numRuns: 1500 },
    )
  })

  it("no place stands behind the text, though the parser ends `${x ` \\` there", () => {
    const { acts, blind } = analysed("${x ` \\", few)
    for (const { at } of [...acts, ...blind]) expect(at.lines).toEqual([1, 1])
  })

  it("does the same twice", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        expect(JSON.stringify(analysed(script, few))).toBe(JSON.stringify(analysed(script, few)))
      }),
      { numRuns: 200 },
    )
  })
})

/** Scripts that do something, a statement a line. */
const statement = fc.constantFrom(
  "cat t/a | tail -c +9 | tr a b | xz -dc | sh",
  "x=$(cat t/a)",
  'eval "$x"',
  "if test -f t/a; then y=sh; else y=bash; fi",
  "$y -c 'rm q'",
  "for i in a b; do cp $i $i.o; done",
  "f() { gcc -o $1 $2; }",
  "f p t/a.o",
  "sh <<E\nrm $x\nE",
  "grep -rl m d | while read l; do . $l; done",
  "curl -s u -o v && sh v",
  "case $1 in a) rm a;; *) rm b;; esac",
)
const program = fc.array(statement, { minLength: 1, maxLength: 8 })

describe("the same script in other clothes", () => {
  it("with lines that end with CR LF", () => {
    fc.assert(
      fc.property(program, (lines) => {
        expect(told(lines.join("\n").replaceAll("\n", "\r\n"))).toBe(told(lines.join("\n")))
      }),
    )
  })

  it("with comments and empty lines between", () => {
    const comment = fc.constantFrom("# everybyte-ignore\n", "\n\n", "   # ' \" ` $( ${\n", "# shellcheck disable=all\n")
    fc.assert(
      fc.property(program, fc.array(comment, { minLength: 8, maxLength: 8 }), (lines, comments) => {
        expect(told(lines.map((line, index) => `${comments[index]}${line}`).join("\n"))).toBe(told(lines.join("\n")))
      }),
    )
  })

  const quote = (word: string, ways: readonly number[]): string =>
    [...word]
      .map((one, index) => {
        const way = (ways[index % ways.length] ?? 0) % 6
        const hex = `x${one.charCodeAt(0).toString(16).padStart(2, "0")}`
        return [one, `'${one}'`, `"${one}"`, `\\${one}`, `$'\\${hex}'`, `${one}''`][way] ?? one
      })
      .join("")
  const ways = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 12 })

  it("with its words quoted at random", () => {
    fc.assert(
      fc.property(ways, (chosen) => {
        const plain = ["cat", "t/a", "|", "xz", "-dc", "|", "sh", "-c", "id", ";", "curl", "-s", "u"]
        const quoted = plain.map((word) => (/^[|;]$/.test(word) ? word : quote(word, chosen)))
        expect(told(quoted.join(" "))).toBe(told(plain.join(" ")))
      }),
    )
  })

  it("with words that come from variables cut in two", () => {
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.boolean(), (cut, braces) => {
        const word = "base64"
        const [first, second] = [word.slice(0, cut), word.slice(cut)]
        const use = braces ? `\${p}\${q}` : '"$p""$q"'
        expect(told(`p=${first}; q=${second}; cat t/a | ${use} -d | sh`)).toBe(told(`cat t/a | ${word} -d | sh`))
      }),
    )
  })
})
